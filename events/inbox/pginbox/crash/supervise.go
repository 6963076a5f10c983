package main

import (
	"context"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
)

const restartPause = 50 * time.Millisecond

// supervised is a node that is started again whenever it ends, as an init system would.
type supervised struct {
	start func() (*crashtest.Process, error)

	mu      sync.Mutex
	process *crashtest.Process
	url     string
}

// run keeps the node running until ctx is done, and then kills it.
func (s *supervised) run(ctx context.Context) {
	for ctx.Err() == nil {
		p, err := s.start()
		if err != nil {
			pause(ctx, restartPause)
			continue
		}
		s.set(p, "")
		if url, err := p.URL(ctx); err == nil {
			s.set(p, url)
		}
		select {
		case <-p.Done():
		case <-ctx.Done():
			p.Kill()
		}
		s.set(nil, "")
		pause(ctx, restartPause)
	}
}

func (s *supervised) set(p *crashtest.Process, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process, s.url = p, url
}

// address returns the node's URL, or nothing while it does not listen.
func (s *supervised) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// kill kills the node as soon as there is one.
func (s *supervised) kill(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock()
		p := s.process
		s.mu.Unlock()
		if p != nil {
			p.Kill()
			return
		}
		pause(ctx, restartPause/10)
	}
}
