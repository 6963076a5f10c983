//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

const (
	atOnce      = 6  // deliveries at the same time
	checkTries  = 40 // checks that may fail because of another fault before a store must be well
	startTime   = time.Minute
	drainTime   = time.Minute
	manyRows    = 150 // paystubs in a delivery: four pages and more, so that a write can stop within it
	defaultFree = 0
	noBound     = -1
)

// session is one store and the trouble that it meets.
type session struct {
	lab     *lab
	files   boltcrash.Files
	minFree int64
	feed    *crashtest.Feed
	node    *crashtest.Process
	url     string
	result  result
}

func (l *lab) session(files boltcrash.Files) *session {
	s := &session{lab: l, files: files, minFree: noBound}
	rows := func() int { return 1 + rand.N(manyRows) } //nolint:gosec // sizes need no secrecy
	s.feed = crashtest.NewFeed(func() string { return s.url }, rows)
	return s
}

// start starts the node, under another program if that is given, and reports whether it came up. One that does not must say
// why, as an error.
func (s *session) start(ctx context.Context, under ...string) (bool, error) {
	line := slices.Concat(under, []string{
		s.lab.program, "-child", s.files.Store, "-journal", s.files.Journal, "-minfree", strconv.FormatInt(s.minFree, 10),
	})
	var err error
	//nolint:gosec,noctx // this program; it is stopped below
	if s.node, err = crashtest.Start(exec.Command(line[0], line[1:]...)); err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if s.url, err = s.node.URL(ctx); err != nil {
		if strings.Contains(err.Error(), "goroutine ") {
			return false, err
		}
		s.result.unopened++
		return false, nil
	}
	return true, nil
}

// post delivers n events at once and returns how many were stored and refused.
func (s *session) post(ctx context.Context, n int) (stored, refused int, err error) {
	answers := make([]int, n)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = s.feed.Post(ctx) })
	}
	wg.Wait()
	for _, status := range answers {
		switch status {
		case http.StatusOK:
			stored++
		case http.StatusServiceUnavailable:
			refused++
		default:
			err = fmt.Errorf("a delivery was answered %d", status)
		}
	}
	s.result.stored += stored
	s.result.refused += refused
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return stored, refused, err
}

// provoke delivers until something is refused, and reports whether it was.
func (s *session) provoke(ctx context.Context, rounds int) (bool, error) {
	for range rounds {
		_, refused, err := s.post(ctx, atOnce)
		if err != nil {
			return false, err
		}
		if refused > 0 {
			return true, nil
		}
	}
	return false, nil
}

// stayBad delivers to a store that has failed: it must refuse.
func (s *session) stayBad(ctx context.Context) error {
	stored, _, err := s.post(ctx, atOnce)
	s.result.late += stored
	return err
}

// recover has the store checked until that succeeds. Until then it must refuse, and afterwards take events: some deliveries or
// only one, since a commit of many can have as many writes as there are from one fault to the next, and so never succeed.
func (s *session) recover(ctx context.Context) error {
	var why error
	for range checkTries {
		if why = crashtest.Check(ctx, s.url); why != nil {
			if err := s.stayBad(ctx); err != nil {
				return err
			}
			continue
		}
		n := 1 + rand.N(atOnce) //nolint:gosec // chance needs no secrecy
		if stored, _, err := s.post(ctx, n); err != nil || stored > 0 {
			s.result.recovered++
			return err
		}
	}
	if why == nil {
		why = errors.New("a check succeeds, but no delivery after it")
	}
	return fmt.Errorf("the store does not come back: %w", errors.Join(why, context.Cause(ctx)))
}

// trouble goes through rounds of failing and coming back.
func (s *session) trouble(ctx context.Context, rounds, batches int) error {
	for range rounds {
		failed, err := s.provoke(ctx, batches)
		if err != nil || !failed {
			return err
		}
		if err := s.stayBad(ctx); err != nil {
			return err
		}
		if err := s.recover(ctx); err != nil {
			return err
		}
	}
	return nil
}

// end ends the node, tidily or not; a fault may come then, too.
func (s *session) end() {
	s.url = ""
	if rand.N(2) == 0 { //nolint:gosec // chance needs no secrecy
		s.node.Kill()
		return
	}
	if err := s.node.Stop(); err != nil && strings.Contains(err.Error(), "goroutine ") {
		s.result.tally.Corrupt++
	}
}

// conclude starts the node on a disk that is well, lets it finish, and compares.
func (s *session) conclude(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	up, err := s.start(ctx)
	if err != nil || !up {
		s.result.tally.Corrupt++
		_, why := s.node.URL(ctx)
		return errors.Join(errors.New("the store does not open on a disk that is well"), err, why)
	}
	_, refused, err := s.post(ctx, atOnce)
	if err == nil && refused > 0 {
		err = errors.New("the store refuses on a disk that is well")
	}
	err = errors.Join(err, crashtest.Check(ctx, s.url), crashtest.Drain(ctx, s.url))
	if err = errors.Join(err, s.node.Stop()); err != nil {
		return err
	}
	if odd := s.feed.Unexpected(); odd != "" {
		return errors.New("answers that are neither 200 nor 503: " + odd)
	}
	tally, err := s.files.Examine(ctx, s.feed.Acked())
	s.result.tally.Add(tally)
	return err
}
