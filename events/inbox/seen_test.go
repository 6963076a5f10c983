package inbox_test

import (
	"sync"

	"github.com/linkhook/linkhook/events"
)

// seen collects observations.
type seen struct {
	mu   sync.Mutex
	list []events.Observation
}

func (s *seen) add(o events.Observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, o)
}

// of returns the observations of that sort.
func (s *seen) of(what events.What) []events.Observation {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []events.Observation
	for _, o := range s.list {
		if o.What == what {
			out = append(out, o)
		}
	}
	return out
}
