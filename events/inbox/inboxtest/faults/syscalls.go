//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

// fault is a system call and the error that it returns.
type fault struct{ call, errno string }

func (f fault) String() string { return f.errno + " on " + f.call }

// The calls with which a store writes: pages, syncs, and growth of the file. The rare ones come in a few calls of a session
// only: growth and its sync, and the small files beside the store.
var (
	common = []fault{{"pwrite64", "EIO"}, {"pwrite64", "ENOSPC"}, {"fdatasync", "EIO"}}
	rare   = []fault{{"ftruncate", "ENOSPC"}, {"fsync", "EIO"}, {"write", "ENOSPC"}}
)

// traced are all calls that strace looks at.
const traced = "pwrite64,fdatasync,fsync,ftruncate,write"

// under returns the command line that runs the node with a fault. When is strace's: N or N+STEP, counted for each thread.
func (s *session) under(log string, f fault, when string) []string {
	dir := filepath.Dir(s.files.Store)
	line := []string{s.lab.strace, "-f", "-qq", "--seccomp-bpf", "-s", "0", "-o", log, "-e", "trace=" + traced}
	for _, path := range []string{s.files.Store, s.files.Store + ".key", s.files.Store + ".pid", dir} {
		line = append(line, "-P", path)
	}
	if f != (fault{}) {
		line = append(line, "-e", fmt.Sprintf("inject=%s:error=%s:when=%s", f.call, f.errno, when))
	}
	return append(line, "--")
}

// atRandom lets calls fail again and again.
func (l *lab) atRandom(ctx context.Context, f fault) (*result, error) {
	const rounds, batches = 12, 20
	first, step := 1+rand.N(40), 10+rand.N(30) //nolint:gosec // chance needs no secrecy
	return l.inject(ctx, f, fmt.Sprintf("%d+%d", first, step), rounds, batches)
}

// atCall lets one call of each thread fail.
func (l *lab) atCall(ctx context.Context, f fault, n int) (*result, error) {
	const rounds, batches = 4, 8
	return l.inject(ctx, f, strconv.Itoa(n), rounds, batches)
}

func (l *lab) inject(ctx context.Context, f fault, when string, rounds, batches int) (*result, error) {
	dir, err := l.folder()
	if err != nil {
		return nil, err
	}
	s := l.session(boltcrash.In(dir))
	log := filepath.Join(dir, "strace")
	up, err := s.start(ctx, s.under(log, f, when)...)
	if err == nil && up {
		err = s.trouble(ctx, rounds, batches)
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

// everyCall lets every call of a session fail once: the first of each thread, the second, and so on until none is left.
func (l *lab) everyCall(ctx context.Context) error {
	const none = 3 // sessions without a fault, after which there are no more calls
	for _, f := range append(common, rare...) {
		var sum result
		empty, n := 0, 1
		for ; empty < none; n++ {
			r, err := l.atCall(ctx, f, n)
			if r != nil {
				sum.add(r)
			}
			if err != nil {
				l.total.add(&sum)
				return fmt.Errorf("%s at call %d: %w", f, n, err)
			}
			empty++
			if r.injected > 0 {
				empty = 0
			}
		}
		l.line(fmt.Sprintf("%s, calls 1–%d", f, n-none-1), &sum)
	}
	return nil
}

// written is a line of a write that did not fail: how much was asked for and how much was written.
var written = regexp.MustCompile(`pwrite64\(.*, (\d+), \d+\) += (\d+)`)

// count reads what strace has seen.
func (s *session) count(log string) {
	text, err := os.ReadFile(log) //nolint:gosec // a folder of our own
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "(INJECTED)") {
			s.result.injected++
		}
		if m := written.FindStringSubmatch(line); m != nil {
			asked, _ := strconv.Atoi(m[1])
			got, _ := strconv.Atoi(m[2])
			if got < asked {
				s.result.short++
			}
		}
	}
}
