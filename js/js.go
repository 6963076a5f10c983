// Package js embeds the built browser script of linkhook and the golden file of its protocol.
// It holds bytes only and imports nothing of linkhook; linkbridge serves them.
package js

import _ "embed"

//go:generate go run ./generate

//go:embed dist/linkbridge.min.js
var script []byte

//go:embed protocol.json
var protocol []byte

// Script returns a copy of the minified script: an IIFE for ES2020 browsers that defines the one
// global LinkBridge. Its Subresource Integrity value is [Integrity].
func Script() []byte { return append([]byte(nil), script...) }

// Protocol returns a copy of protocol.json, the golden file of linkbridge.v1: example frames,
// limits, timings, close codes and the client's reaction to each. The Go and the TypeScript tests
// read the same bytes, so the two languages cannot drift apart.
func Protocol() []byte { return append([]byte(nil), protocol...) }
