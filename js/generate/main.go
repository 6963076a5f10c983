// Command generate writes src/names.ts, the names that the browser script's types offer, from the Go catalogues.
// Run it with go generate ./js/... and then npm run build in js, because dist holds the types too.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// file is where the names go, seen from the folder js, where go generate runs.
const file = "src/names.ts"

const filePerm = 0o644

func main() {
	if err := os.WriteFile(file, names(), filePerm); err != nil {
		panic("generate: writing the names: " + err.Error())
	}
}

// names returns the text of the file.
func names() []byte {
	all := []*events.Catalog{pinwheel.Catalog(), argyle.Catalog(), argyle.V1Catalog()}
	var out bytes.Buffer
	out.WriteString("// Code generated from the Go event catalogues; DO NOT EDIT.\n")
	list(&out, "Names of the Link events of Pinwheel.", "pinwheelEvents", events.StreamLink, all[:1]...)
	list(&out, "Names of the Link 5 callbacks and UI events of Argyle.", "argyleEvents", events.StreamLink, all[1:2]...)
	list(&out, "Names of the Link 3 and 4 callbacks and UI events of Argyle.", "argyleV1Events", events.StreamLink, all[2:]...)
	list(&out, "Names of the webhook events a server may push to the page.", "pushNames", events.StreamWebhook, all...)
	return out.Bytes()
}

// list writes one constant: the names of a stream in the catalogues, each once, in the catalogues' order.
func list(out *bytes.Buffer, comment, constant string, stream events.Stream, catalogs ...*events.Catalog) {
	fmt.Fprintf(out, "\n/** %s */\nexport const %s = [\n", comment, constant)
	seen := map[string]bool{}
	for _, c := range catalogs {
		for kind := range c.All() {
			id := kind.ID()
			if id.Stream != stream || seen[id.Name] {
				continue
			}
			seen[id.Name] = true
			fmt.Fprintf(out, "  %s,\n", quote(id.Name))
		}
	}
	out.WriteString("] as const;\n")
}

// quote writes a string of TypeScript; names are printable ASCII.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
