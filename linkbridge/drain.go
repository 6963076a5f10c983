package linkbridge

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// hookTimeout bounds the drain that RegisterOnShutdown starts.
const hookTimeout = 30 * time.Second

// Shutdown drains the bridge: new connections and POSTs are answered 503; every page is told bye with the time over which to
// spread its reconnect, after the event that is being published is acknowledged, and closed with 1012. It returns when all
// connections have ended; when ctx is done first it cuts them off, returns the context's error and does not wait for
// handlers that still run. Calling it again waits again.
func (b *Bridge) Shutdown(ctx context.Context) error {
	b.mu.Lock()
	b.draining = true
	live := make([]*conn, 0, len(b.conns))
	for c := range b.conns {
		live = append(live, c)
	}
	b.mu.Unlock()
	for _, c := range live {
		c.leave(b.restart())
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.group.Wait() // the goroutines return none
		b.posting.Wait()
	}()
	defer b.wheel.stop()
	select {
	case <-done:
		b.cancel()
		_ = b.background.Wait() // the goroutines return none
		return nil
	case <-ctx.Done():
		b.cancel()
		for _, c := range live {
			_ = c.ws.Close() // it is cut off
		}
		return fmt.Errorf("linkbridge: connections were cut off: %w", context.Cause(ctx))
	}
}

// RegisterOnShutdown makes srv.Shutdown start the drain, because an http.Server forgets connections that were upgraded.
// The server does not wait for it: call [Bridge.Shutdown] as well, which waits for the drain under way.
func (b *Bridge) RegisterOnShutdown(srv *http.Server) {
	srv.RegisterOnShutdown(func() {
		ctx, cancel := context.WithTimeout(context.Background(), hookTimeout)
		defer cancel()
		if err := b.Shutdown(ctx); err != nil {
			b.logFault(err)
		}
	})
}

// CloseWhere ends the link sessions of every principal that match reports true for, as on logout: their connections are
// closed with 4503 and they cannot be resumed. It returns how many sessions there were. Sessions that another node holds, or
// that are only in the store, are not found: Options.Revalidate answers for them when they come back.
func (b *Bridge) CloseWhere(match func(Principal) bool) int {
	n := 0
	for _, s := range b.registry.all() {
		s.mu.Lock()
		p, c, open := s.principal, s.conn, s.known && !s.ended
		s.mu.Unlock()
		if !open || !match(p) {
			continue
		}
		n++
		s.finish()
		if err := b.save(b.ctx, s); err != nil {
			b.logFault(err)
		}
		if c != nil {
			c.leave(refuseForbidden)
		}
	}
	return n
}

func (b *Bridge) isDraining() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.draining
}

// restart is the close of a drain.
func (b *Bridge) restart() refusal {
	return refusal{code: CodeRestart, reason: "restart", max: int(b.limits.SpreadMax.Milliseconds())}
}

// beat pings a connection, and asks from time to time whether its principal may still be there.
func (b *Bridge) beat(c *conn) {
	c.send(pingFrame)
	if b.options.Revalidate == nil {
		return
	}
	b.mu.Lock()
	now := time.Now().UnixNano()
	due := now-c.checked >= int64(b.limits.RevalidateEvery)
	if due {
		c.checked = now
	}
	b.mu.Unlock()
	if !due {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone || c.ending != nil {
		return
	}
	b.spawn(func() {
		defer c.rescueHost()
		if err := b.revalidate(b.ctx, c.session); err != nil {
			b.logFault(err)
			c.leave(refusalOf(err))
		}
	})
}
