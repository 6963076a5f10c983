// Package browsertest shows what the bridge promises to pages in real browsers: Debian's Chromium and Firefox, over real
// TCP, against a real bridge. It is a module of its own, so that its tools are no dependency of linkhook.
package browsertest
