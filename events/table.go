package events

import (
	"context"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// table is the set of registrations. It is copied on every change, so that publishing reads it without a lock.
type table struct {
	routes    map[KindID]*route
	any       []*handler
	unhandled []*handler
}

// route is a kind and its handlers, in the order of their registration.
type route struct {
	kind     AnyKind
	handlers []*handler
}

// handler is one registration, already wrapped in its middleware.
type handler struct {
	number int // the registration: twins are copies, so a pointer does not tell them
	name   string
	stable bool // the name identifies the handler over restarts
	given  bool // the name was given with Named
	run    HandlerFunc
	fn     any // the host's own function, nil with middleware
	// several runs the handlers of the kind on an event that is made once, where nobody watches.
	several func(ctx context.Context, env Envelope, handlers []*handler) error
}

func (h *handler) info(env *Envelope) HandlerInfo {
	return HandlerInfo{Kind: env.Kind, Name: h.name, Stable: h.stable}
}

func (t *table) clone() *table {
	return &table{routes: maps.Clone(t.routes), any: slices.Clone(t.any), unhandled: slices.Clone(t.unhandled)}
}

// newHandler wraps run; fn is the host's function, which gives the name.
func (b *Bus) newHandler(fn any, run HandlerFunc) *handler {
	for _, m := range slices.Backward(b.middleware) {
		run = m(run)
	}
	if b.name != "" {
		return &handler{name: b.name, stable: true, given: true, run: run}
	}
	name, stable := funcName(fn)
	return &handler{name: name, stable: stable, run: run}
}

func (b *Bus) register(k AnyKind, hn *handler) (cancel func()) {
	h := b.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if known, ok := h.types[k.ID()]; ok {
		mustMatch(known, k)
	}
	h.number(hn)
	t := h.table.Load().clone()
	r := &route{kind: k}
	if old := t.routes[k.ID()]; old != nil {
		r.handlers = slices.Clone(old.handlers)
	}
	r.handlers = admit(r.handlers, hn, k.String())
	h.types[k.ID()] = k
	t.routes[k.ID()] = r
	h.table.Store(t)
	return func() { h.remove(k.ID(), hn) }
}

// number gives a registration its number; h.mu is held.
func (h *hub) number(hn *handler) {
	h.registered++
	hn.number = h.registered
}

func (h *hub) remove(id KindID, hn *handler) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.table.Load().clone()
	old := t.routes[id]
	if old == nil {
		return
	}
	rest := without(old.handlers, hn)
	if len(rest) == 0 {
		delete(t.routes, id)
	} else {
		t.routes[id] = &route{kind: old.kind, handlers: rest}
	}
	h.table.Store(t)
}

func (b *Bus) registerIn(list func(*table) *[]*handler, fn any, run HandlerFunc) (cancel func()) {
	hn := b.newHandler(fn, run)
	h := b.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	h.number(hn)
	t := h.table.Load().clone()
	*list(t) = admit(*list(t), hn, "any kind")
	h.table.Store(t)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		t := h.table.Load().clone()
		*list(t) = without(*list(t), hn)
		h.table.Store(t)
	}
}

// admit appends hn to a copy of list. Two handlers with one given name are a mistake; two with one found name (methods of two
// values, say) cannot be told apart over a restart and lose their stable name.
func admit(list []*handler, hn *handler, where string) []*handler {
	list = slices.Clone(list)
	for i, other := range list {
		if other.name != hn.name || !other.stable {
			continue
		}
		if other.given && hn.given {
			panic("events: the name " + strconv.Quote(hn.name) + " is registered twice for " + where)
		}
		if other.given {
			hn.stable = false
			continue
		}
		twin := *other
		twin.stable = false
		list[i] = &twin
		hn.stable = hn.given
	}
	return append(list, hn)
}

func without(list []*handler, hn *handler) []*handler {
	return slices.DeleteFunc(slices.Clone(list), func(x *handler) bool { return x.number == hn.number })
}

// funcName returns the name of a declared function or method, without the directories of its import path, and whether it
// identifies the function over restarts: a closure's does not.
func funcName(fn any) (name string, stable bool) {
	f := runtime.FuncForPC(reflect.ValueOf(fn).Pointer())
	if f == nil {
		return "anonymous", false
	}
	name = f.Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	name, _ = strings.CutSuffix(name, "-fm")
	return name, !isClosure(name)
}

// isClosure reports whether the compiler made the name: "pkg.Outer.func1", "pkg.init.0", "pkg.glob..func2", "pkg.F[...]".
func isClosure(name string) bool {
	if strings.Contains(name, "glob..") || strings.Contains(name, "[...]") {
		return true
	}
	for part := range strings.SplitSeq(name, ".") {
		digits := strings.TrimPrefix(part, "func")
		if strings.HasPrefix(part, "gowrap") || digits != "" && strings.Trim(digits, "0123456789-") == "" {
			return true
		}
	}
	return false
}
