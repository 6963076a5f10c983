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
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
)

const (
	senders     = 16
	earliest    = 20 * time.Millisecond
	latest      = 200 * time.Millisecond
	serverEvery = 10 // one kill of so many is the server's
	drainTime   = 2 * time.Minute
)

// campaign is a whole run.
type campaign struct {
	kills, nodes int
	tx           bool
	out          io.Writer

	pg      *cluster
	key     string
	program string
	all     []*supervised
	longest time.Duration // that the server was away
}

func (c *campaign) run(ctx context.Context) (err error) {
	if c.program, err = os.Executable(); err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	if c.pg, err = newCluster(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.pg.remove()) }()
	if err := c.pg.up(ctx); err != nil {
		return err
	}
	if err := c.query(ctx, func(conn *pgx.Conn) error { _, err := conn.Exec(ctx, makeBook); return err }); err != nil {
		return err
	}
	keys, err := os.MkdirTemp("", "crash-key")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(keys) //nolint:errcheck // the system clears it
	c.key = filepath.Join(keys, "key")

	supervising, dismiss := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer dismiss()
	for range c.nodes {
		s := &supervised{start: c.start}
		c.all = append(c.all, s)
		wg.Go(func() { s.run(supervising) })
	}
	accepted, err := c.siege(ctx)
	if err != nil {
		return err
	}
	return c.judge(ctx, accepted)
}

// start starts a node.
func (c *campaign) start() (*crashtest.Process, error) {
	//nolint:gosec,noctx // this program; its supervisor ends it
	return crashtest.Start(exec.Command(c.program, "-child", c.pg.url(), "-key", c.key, fmt.Sprintf("-tx=%t", c.tx)))
}

// siege delivers and kills, and returns the events that were accepted, when all of them are handled.
func (c *campaign) siege(ctx context.Context) (map[string]struct{}, error) {
	feed := crashtest.NewFeed(c.anyNode, nil)
	more, enough := context.WithCancel(ctx)
	patience, giveUp := context.WithCancel(ctx)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		feed.Run(more, patience, senders)
	}()
	defer func() { enough(); giveUp(); <-fed }()
	servers, err := c.kill(ctx)
	if err != nil {
		return nil, err
	}
	enough()
	if err := c.drain(ctx, fed); err != nil {
		return nil, err
	}
	if odd := feed.Unexpected(); odd != "" {
		return nil, errors.New("answers that are neither 200 nor 503: " + odd)
	}
	fmt.Fprintf(c.out, "kills of nodes=%d of the server=%d; the server was away for up to %s\n", c.kills-servers, servers,
		c.longest.Round(time.Millisecond))
	return feed.Acked(), nil
}

// anyNode returns the URL of a node that listens, or nothing.
func (c *campaign) anyNode() string {
	for _, i := range rand.Perm(len(c.all)) { //nolint:gosec // any will do
		if url := c.all[i].address(); url != "" {
			return url
		}
	}
	return ""
}

// kill kills nodes, and now and then the server, and returns how often the latter.
func (c *campaign) kill(ctx context.Context) (servers int, err error) {
	for i := range c.kills {
		pause(ctx, earliest+rand.N(latest-earliest)) //nolint:gosec // chance needs no secrecy
		if ctx.Err() != nil {
			return servers, context.Cause(ctx)
		}
		if i%serverEvery != serverEvery-1 {
			c.all[rand.N(len(c.all))].kill(ctx) //nolint:gosec // any will do
			continue
		}
		servers++
		began := time.Now()
		if err := errors.Join(c.pg.kill(), c.pg.up(ctx)); err != nil {
			return servers, err
		}
		c.longest = max(c.longest, time.Since(began))
	}
	return servers, nil
}

// drain waits until everything that was begun is accepted and handled.
func (c *campaign) drain(ctx context.Context, fed <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	select {
	case <-fed:
	case <-ctx.Done():
		return fmt.Errorf("deliveries are not accepted: %w", context.Cause(ctx))
	}
	for c.anyNode() == "" && ctx.Err() == nil {
		pause(ctx, askPause)
	}
	return crashtest.Drain(ctx, c.anyNode())
}

// judge compares what was accepted with what was done.
func (c *campaign) judge(ctx context.Context, accepted map[string]struct{}) error {
	effects, done := 0, map[string]struct{}{}
	err := c.query(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `select event from effects`)
		if err != nil {
			return err
		}
		var event string
		_, err = pgx.ForEachRow(rows, []any{&event}, func() error {
			effects++
			done[event] = struct{}{}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "accepted=%d effects=%d distinct=%d\n", len(accepted), effects, len(done))
	lost := 0
	for id := range accepted {
		if _, ok := done[id]; !ok {
			lost++
		}
	}
	switch {
	case len(accepted) == 0:
		return errors.New("nothing was accepted, so nothing is shown")
	case lost > 0:
		return fmt.Errorf("%d accepted events had no effect", lost)
	case len(done) != len(accepted):
		return errors.New("there are effects of events that were not accepted")
	case c.tx && effects != len(done):
		return errors.New("there are effects that happened twice")
	default:
		return nil
	}
}

// query runs fn with a connection of its own.
func (c *campaign) query(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, c.pg.url())
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	if err := errors.Join(fn(conn), conn.Close(ctx)); err != nil {
		return fmt.Errorf("asking the database: %w", err)
	}
	return nil
}
