//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

// result is what sessions have seen.
type result struct {
	injected  int // faults that happened
	short     int // writes that stopped short
	stored    int // answers 200
	refused   int // answers 503
	late      int // answers 200 of a store that had failed and was not checked yet
	recovered int // times that the store was checked and took events again
	unopened  int // starts that failed, with an error
	tally     boltcrash.Tally
}

func (r *result) add(o *result) {
	r.injected += o.injected
	r.short += o.short
	r.stored += o.stored
	r.refused += o.refused
	r.late += o.late
	r.recovered += o.recovered
	r.unopened += o.unopened
	r.tally.Add(o.tally)
}

// lab runs sessions.
type lab struct {
	out     io.Writer
	dir     string // of this run
	program string
	strace  string
	runs    int
	total   result
}

func newLab(out io.Writer) (*lab, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, fmt.Errorf("faults are injected by strace: %w", err)
	}
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	return &lab{out: out, dir: dir, program: program, strace: strace}, nil
}

// some makes n faults, shared among all sorts.
func (l *lab) some(ctx context.Context, n int) error {
	syscalls := n * 3 / 5
	each := max(syscalls/len(common), 1)
	for _, f := range common {
		if err := l.repeat(ctx, f.String(), each, func() (*result, error) { return l.atRandom(ctx, f) }); err != nil {
			return err
		}
	}
	for _, f := range rare {
		if err := l.repeat(ctx, f.String(), 1, func() (*result, error) { return l.atCall(ctx, f, 1) }); err != nil {
			return err
		}
	}
	short := n / 5
	if err := l.repeat(ctx, "short write at a limit", short, func() (*result, error) { return l.limited(ctx) }); err != nil {
		return err
	}
	return l.tmpfs(ctx, max(n-l.total.injected, 1))
}

// repeat runs sessions until they have seen that many faults.
func (l *lab) repeat(ctx context.Context, name string, faults int, session func() (*result, error)) error {
	const inVain = 5 // sessions without any
	var sum result
	for empty := 0; sum.injected < faults && empty < inVain; {
		r, err := session()
		if r != nil {
			sum.add(r)
		}
		if err != nil {
			l.total.add(&sum)
			return fmt.Errorf("%s: %w", name, err)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if r.injected == 0 {
			empty++
		}
	}
	l.line(name, &sum)
	if sum.injected == 0 {
		return fmt.Errorf("%s: it never happened, so nothing is shown", name)
	}
	return nil
}

// line prints a sum and adds it to the total.
func (l *lab) line(name string, r *result) {
	fmt.Fprintf(l.out, "%-24s injected=%d short=%d stored=%d refused=%d recovered=%d unopened=%d\n",
		name, r.injected, r.short, r.stored, r.refused, r.recovered, r.unopened)
	l.total.add(r)
}

func (l *lab) summary() error {
	t := &l.total
	fmt.Fprintf(l.out, "injected=%d acked=%d lost=%d corrupt=%d duplicate_success=%d stored_while_failed=%d\n",
		t.injected, t.tally.Acked, t.tally.Lost, t.tally.Corrupt, t.tally.Duplicates, t.late)
	if t.late > 0 {
		return errors.Join(t.tally.Err(), errors.New("a store that had failed took events before it was checked"))
	}
	return t.tally.Err()
}

// folder makes a folder for one session.
func (l *lab) folder() (string, error) {
	l.runs++
	dir := filepath.Join(l.dir, fmt.Sprint(l.runs))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("making a folder: %w", err)
	}
	return dir, nil
}
