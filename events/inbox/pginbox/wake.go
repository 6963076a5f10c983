package pginbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/jackc/pgx/v5"
)

// hintEvery bounds how often a node tells the others that there is something: a commit that notifies takes a lock which
// is the whole database's, so hints are sent outside the transactions that store events, and few of them.
const hintEvery = 10 * time.Millisecond

// hintTime bounds a hint to a database that does not answer.
const hintTime = 5 * time.Second

// Wake implements [inbox.Waker].
func (s *Store) Wake() <-chan struct{} { return s.wake }

// stored tells this node's workers and, soon, the others.
func (s *Store) stored() {
	s.stir()
	select {
	case s.hints <- struct{}{}:
	default:
	}
}

// channel is the notification channel of the schema; pushChannel is that of its log of pushes.
func (s *Store) channel() string     { return "linkhook_" + s.schema }
func (s *Store) pushChannel() string { return s.channel() + "_push" }

// notify sends a hint for all that was stored since the last one.
func (s *Store) notify(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	<-pause.C
	for {
		channel := s.channel()
		select {
		case <-ctx.Done():
			return
		case <-s.hints:
		case <-s.pushHints:
			channel = s.pushChannel()
		}
		if err := s.hint(ctx, channel); err != nil && ctx.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "pginbox: other nodes were not told of new events; they will poll",
				slog.String("error", err.Error()))
		}
		pause.Reset(hintEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// hint notifies a channel. Close does not cut it short: pgx takes up to 15 seconds to give up a connection over TLS that was
// interrupted while it wrote.
func (s *Store) hint(ctx context.Context, channel string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hintTime)
	defer cancel()
	_, err := s.pool.Exec(ctx, `select pg_notify($1, '')`, channel)
	return err
}

// listenConfig returns how to open the listening connection.
func (s *Store) listenConfig(dsn string) func(context.Context) (*pgx.Conn, error) {
	if dsn != "" {
		return func(ctx context.Context) (*pgx.Conn, error) { return pgx.Connect(ctx, dsn) }
	}
	return func(ctx context.Context) (*pgx.Conn, error) {
		return pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	}
}

// listen turns notifications of other nodes into wakes, and opens the connection anew when it breaks.
func (s *Store) listen(ctx context.Context, connect func(context.Context) (*pgx.Conn, error)) {
	again := backoff.NewExponentialBackOff(backoff.WithInitialInterval(100*time.Millisecond),
		backoff.WithMaxInterval(10*time.Second), backoff.WithMaxElapsedTime(0))
	for ctx.Err() == nil {
		err := s.listenOnce(ctx, connect, again.Reset)
		if ctx.Err() != nil {
			return
		}
		wait := again.NextBackOff()
		s.log.LogAttrs(ctx, slog.LevelWarn, "pginbox: the listening connection is down; events of other nodes are noticed by polling",
			slog.Duration("retry_in", wait), slog.String("error", err.Error()))
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}

func (s *Store) listenOnce(ctx context.Context, connect func(context.Context) (*pgx.Conn, error), healthy func()) error {
	conn, err := connect(ctx)
	if err != nil {
		return wrap("connect the listener", err)
	}
	defer func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(bye) // nothing depends on a tidy end
	}()
	for _, channel := range []string{s.channel(), s.pushChannel()} {
		if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{channel}.Sanitize()); err != nil {
			return wrap("listen", err)
		}
	}
	healthy()
	s.stir() // what came before was not heard
	s.bell.ring()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return wrap("wait for notifications", err)
		}
		if n.Channel == s.pushChannel() {
			s.bell.ring()
		} else {
			s.stir()
		}
	}
}

// stir wakes this node's workers.
func (s *Store) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
