//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

// limited lets writes stop short. A file may not grow beyond RLIMIT_FSIZE, and a write that begins before that and ends behind
// it is cut off there: what a disk does that fills up, but at any byte, on any file system. strace cannot do that: it can
// make a call return a short length, but then nothing at all was written.
func (l *lab) limited(ctx context.Context) (*result, error) {
	const rounds = 12
	dir, err := l.folder()
	if err != nil {
		return nil, err
	}
	s := l.session(boltcrash.In(dir))
	log := filepath.Join(dir, "strace")
	up, err := s.start(ctx, s.under(log, fault{}, "")...)
	if err == nil && !up {
		err = errors.New("the node does not start")
	}
	if err == nil {
		err = s.limits(ctx, rounds)
		s.end()
	}
	if err == nil {
		err = s.conclude(ctx)
	}
	s.count(log)
	if err == nil {
		err = os.RemoveAll(dir)
	}
	return &s.result, err
}

// limits sets and lifts limits.
func (s *session) limits(ctx context.Context, rounds int) error {
	const warmUp, batches = 4, 30
	if _, err := s.provoke(ctx, warmUp); err != nil {
		return err
	}
	for range rounds {
		used, err := s.used()
		if err != nil {
			return err
		}
		journal, err := os.Stat(s.files.Journal)
		if err != nil {
			return fmt.Errorf("looking at the journal: %w", err)
		}
		lowest := 2*journal.Size() + 64<<10                                             // the journal has to go on
		if err := s.limit(ctx, lowest+rand.N(max(used+used/8-lowest, 1))); err != nil { //nolint:gosec // chance
			return err
		}
		failed, err := s.provoke(ctx, batches)
		if err == nil && failed {
			s.result.injected++
			err = s.stayBad(ctx)
		}
		if err := errors.Join(err, s.limit(ctx, -1)); err != nil {
			return err
		}
		if failed {
			if err := s.recover(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// used returns how far the store's file is written.
func (s *session) used() (int64, error) {
	out, err := exec.Command("du", "-B1", s.files.Store).Output() //nolint:gosec,noctx // a file of our own
	if err != nil {
		return 0, fmt.Errorf("looking at the store: %w", err)
	}
	var size int64
	if _, err := fmt.Sscan(string(out), &size); err != nil {
		return 0, fmt.Errorf("looking at the store: %w", err)
	}
	return size, nil
}

// limit sets the node's file size limit, or lifts it if size is negative.
func (s *session) limit(ctx context.Context, size int64) error {
	soft := "unlimited"
	if size >= 0 {
		soft = strconv.FormatInt(size, 10)
	}
	//nolint:gosec // a process of our own
	out, err := exec.CommandContext(ctx, "prlimit", "--pid", strconv.Itoa(s.node.PID()), "--fsize="+soft+":").CombinedOutput()
	if err != nil {
		return fmt.Errorf("setting a limit: %w: %s", err, out)
	}
	return nil
}
