package main

import (
	"context"
	"sync"

	"github.com/linkhook/linkhook/events"
)

// funnel counts how far users come in Link.
type funnel struct {
	mu    sync.Mutex
	steps map[string]int // by event name
}

func newFunnel() *funnel { return &funnel{steps: map[string]int{}} }

// step registers the funnel for a kind of Link event.
func step[T any](bus *events.Bus, f *funnel, k events.Kind[T]) {
	events.On(bus, k, func(_ context.Context, ev events.Event[T]) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.steps[ev.Kind.Name]++
		return nil
	})
}
