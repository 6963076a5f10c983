package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

const (
	// chapter is the number of kills that one store has to bear before it is drained, checked and thrown away, so that
	// neither the file nor the history outgrows a long run.
	chapter  = 250
	senders  = 16
	earliest = 20 * time.Millisecond
	latest   = 200 * time.Millisecond
	// syncs is how many fsyncs the longest lives have time for, up to utmost, where latest is too short for that: an event
	// needs half a dozen, and one whose process dies in twenty runs in a row before them becomes a dead letter, as it should.
	syncs  = 40
	utmost = 5 * time.Second
	// asStarting is the share of kills that come that soon after the start of the process rather than after it listens, so
	// that recovery itself is interrupted.
	asStarting = 5
	checkEvery = 10 // kills between two checks of the whole file
	drainTime  = 3 * time.Minute
	startTime  = time.Minute
)

// campaign is a whole run.
type campaign struct {
	kills int
	out   io.Writer
	total boltcrash.Tally
}

func (c *campaign) run(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	began := time.Now()
	for done := 0; done < c.kills; {
		n := min(chapter, c.kills-done)
		if err := c.chapter(ctx, program, n); err != nil {
			return err
		}
		done += n
		fmt.Fprintf(c.out, "kills=%d in %s (%.1f/s) effects=%d handler_failures=%d reruns=%d torn_lines=%d\n", done,
			time.Since(began).Round(time.Second), float64(done)/time.Since(began).Seconds(), c.total.Effects, c.total.Failures,
			c.total.Reruns, c.total.Torn)
	}
	t := &c.total
	fmt.Fprintf(c.out, "acked=%d lost=%d corrupt=%d duplicate_success=%d\n", t.Acked, t.Lost, t.Corrupt, t.Duplicates)
	if t.Acked == 0 && c.kills > 0 {
		return errors.New("nothing was acknowledged, so nothing is shown")
	}
	return t.Err()
}

// chapter kills one store's process that often. The folder is kept when something was wrong.
func (c *campaign) chapter(ctx context.Context, program string, kills int) error {
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	s := &siege{dir: dir, program: program}
	counted, err := s.run(ctx, kills)
	c.total.Add(counted)
	if err == nil && counted.Err() == nil {
		return os.RemoveAll(dir) //nolint:wrapcheck // it names the folder
	}
	fmt.Fprintf(c.out, "the store and the journal are kept in %s\n", dir)
	return err
}

// siege is one store and the kills that it bears.
type siege struct {
	dir, program string
	url          atomic.Pointer[string]
	corrupt      int
}

// start starts the child.
func (s *siege) start() (*crashtest.Process, error) {
	return crashtest.Start(exec.Command(s.program, "-child", s.dir)) //nolint:gosec,noctx // this program; Kill ends it
}

// run kills, drains and checks.
func (s *siege) run(ctx context.Context, kills int) (boltcrash.Tally, error) {
	feed := crashtest.NewFeed(func() string {
		if url := s.url.Load(); url != nil {
			return *url
		}
		return ""
	}, nil)
	more, enough := context.WithCancel(ctx)
	patience, giveUp := context.WithCancel(ctx)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		feed.Run(more, patience, senders)
	}()
	err := s.kill(ctx, kills)
	enough()
	if err == nil {
		err = s.drain(ctx, fed)
	}
	giveUp()
	<-fed
	if err != nil {
		return boltcrash.Tally{Corrupt: s.corrupt}, err
	}
	if odd := feed.Unexpected(); odd != "" {
		return boltcrash.Tally{}, errors.New("answers that are neither 200 nor 503: " + odd)
	}
	t, err := boltcrash.In(s.dir).Examine(ctx, feed.Acked())
	t.Corrupt += s.corrupt
	return t, err
}

// kill starts the child and kills it, again and again.
func (s *siege) kill(ctx context.Context, kills int) error {
	for i := range kills {
		life, err := s.life()
		if err != nil {
			return err
		}
		p, err := s.start()
		if err != nil {
			return err
		}
		delay := time.After(life)
		if rand.N(asStarting) > 0 { //nolint:gosec // chance needs no secrecy
			url, err := s.up(ctx, p)
			if err != nil {
				s.corrupt++ // it must start, whatever the last kill left behind
				return err
			}
			if i%checkEvery == 0 {
				if err := crashtest.Check(ctx, url); err != nil {
					s.corrupt++
					p.Kill()
					return err
				}
			}
			delay = time.After(life)
		}
		select {
		case <-delay:
		case <-ctx.Done():
		}
		s.url.Store(nil)
		p.Kill()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// life draws how long the next child may live, by what an fsync takes now.
func (s *siege) life() (time.Duration, error) {
	f, err := os.Create(filepath.Join(s.dir, "fsync"))
	if err != nil {
		return 0, fmt.Errorf("timing the disk: %w", err)
	}
	began := time.Now()
	_, err = f.WriteString("x")
	err = errors.Join(err, f.Sync())
	took := time.Since(began)
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, fmt.Errorf("timing the disk: %w", err)
	}
	longest := max(latest, min(syncs*took, utmost))
	return earliest + rand.N(longest-earliest), nil //nolint:gosec // chance needs no secrecy
}

// up waits for the child and tells the feed.
func (s *siege) up(ctx context.Context, p *crashtest.Process) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	url, err := p.URL(ctx)
	if err != nil {
		p.Kill()
		return "", err
	}
	s.url.Store(&url)
	return url, nil
}

// drain lets a last child finish everything, once the feed has been answered.
func (s *siege) drain(ctx context.Context, fed <-chan struct{}) error {
	p, err := s.start()
	if err != nil {
		return err
	}
	url, err := s.up(ctx, p)
	if err != nil {
		s.corrupt++
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	select {
	case <-fed:
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("deliveries are not acknowledged: %w", context.Cause(ctx))
	}
	if err := crashtest.Drain(ctx, url); err != nil {
		p.Kill()
		return err
	}
	return p.Stop()
}
