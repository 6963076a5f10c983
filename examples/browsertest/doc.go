// Package browsertest walks the examples in a real Chromium. It is a module of its own, so that the browser's driver is no
// dependency of linkhook.
package browsertest
