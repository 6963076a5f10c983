package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
)

// host is one program to build.
type host struct {
	title     string
	hook      bool     // it mounts a router
	providers []string // whose webhooks it takes
	kinds     []kind   // that it has handlers for
	catalog   bool     // it asks what is known of each kind
	clients   []string // REST clients that it calls
}

// hosts returns the programs, each of which has what the one before it has.
func hosts(kinds map[string][]kind) []host {
	pinwheel, argyle := []string{"pinwheel"}, []string{"pinwheel", "argyle"}
	p, a := kinds["pinwheel"], kinds["argyle"]
	all := append(append([]kind{}, p...), a...)
	three := pick(p, "AccountAdded", "PaystubsAdded", "PaystubsFullySynced")
	return []host{
		{title: "`net/http` server that reads JSON, without linkhook"},
		{title: "Pinwheel's webhooks, no kind", hook: true, providers: pinwheel},
		{title: "three kinds of Pinwheel", hook: true, providers: pinwheel, kinds: three},
		{title: fmt.Sprintf("all %d kinds of Pinwheel, webhooks and Link", len(p)), hook: true, providers: pinwheel, kinds: p},
		{title: fmt.Sprintf("and all %d kinds of Argyle, v1 and v2", len(a)), hook: true, providers: argyle, kinds: all},
		{title: "and both catalogues", hook: true, providers: argyle, kinds: all, catalog: true},
		{title: "and both REST clients", hook: true, providers: argyle, kinds: all, catalog: true, clients: argyle},
	}
}

// pick returns the kinds with these names.
func pick(kinds []kind, names ...string) []kind {
	var picked []kind
	for _, k := range kinds {
		for _, name := range names {
			if k.Name == name {
				picked = append(picked, k)
			}
		}
	}
	return picked
}

// source returns the program.
func (h *host) source() ([]byte, error) {
	var b bytes.Buffer
	err := program.Execute(&b, map[string]any{
		"Hook": h.hook, "Providers": h.providers, "Kinds": h.kinds, "Catalog": h.catalog, "Clients": h.clients,
	})
	if err != nil {
		return nil, fmt.Errorf("writing the program: %w", err)
	}
	return b.Bytes(), nil
}

var program = template.Must(template.New("host").Funcs(template.FuncMap{"secrets": func(client string) string {
	return strings.Repeat(`os.Getenv("SECRET"), `, map[string]int{"pinwheel": 1, "argyle": 2}[client]) + "nil"
}}).Parse(`package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
{{if .Hook}}
	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
{{end}}{{range .Providers}}	"github.com/linkhook/linkhook/events/{{.}}"
{{end}}{{range .Clients}}	"github.com/linkhook/linkhook/events/{{.}}/{{.}}api"
{{end}})

func main() {
	_ = context.Background()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var v struct{ A string }
		_ = json.NewDecoder(r.Body).Decode(&v)
		_ = json.NewEncoder(w).Encode(v)
	})
{{if .Hook}}	bus := events.New()
{{range .Kinds}}	events.On(bus, {{.Package}}.{{.Name}}, func(_ context.Context, ev events.Event[{{.Payload}}]) error { return use(&ev.Data) })
{{end}}{{range .Providers}}	mux.Handle("/hooks/{{.}}", router.New(bus, {{.}}.NewWebhooks(events.Keys(os.Getenv("SECRET")), nil), nil))
{{end}}{{if .Catalog}}{{range .Providers}}	_ = use({{.}}.Catalog())
{{end}}{{end}}{{range .Clients}}	_, _ = {{.}}api.New({{secrets .}}).Audit(context.Background(), bus, "")
	for p := range {{.}}api.New({{secrets .}}).Paystubs(context.Background(), "") {
		_ = use(&p)
	}
{{end}}{{end}}	_ = http.ListenAndServe(os.Getenv("ADDR"), mux)
}

var used any

func use(v any) error {
	used = v
	return nil
}
`))
