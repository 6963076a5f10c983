package boltinbox

import (
	"context"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// Claim implements [inbox.Store]. When nothing is due it answers from memory and writes nothing. A process that ends
// without settling its claims leaves them due at once for the next one.
func (s *Store) Claim(ctx context.Context, limit int, period time.Duration) ([]inbox.Claim, time.Duration, error) {
	if next, none := s.nothingDue(ctx); none || limit <= 0 {
		return nil, next, ctx.Err() //nolint:wrapcheck // the caller's own
	}
	var claims []inbox.Claim
	err := s.update(ctx, limit, func(t *txn, now time.Time) (err error) {
		claims, err = t.claim(limit, period, now)
		return err
	})
	if err != nil {
		return nil, -1, err
	}
	if len(claims) == 0 {
		next, none := s.nothingDue(ctx)
		if !none { // there are more new events than one claim looks at
			next = 0
		}
		return nil, next, nil
	}
	return claims, 0, nil
}

// nothingDue says from memory that there is nothing to claim, and for how long; negative when time alone changes nothing.
func (s *Store) nothingDue(ctx context.Context) (next time.Duration, none bool) {
	now := s.now(ctx)
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.failed != nil || s.db == nil {
		return -1, false
	}
	next = -1
	sooner := func(at time.Time) {
		if wait := max(at.Sub(now), 0); next < 0 || wait < next {
			next = wait
		}
	}
	if s.head.timers > 0 {
		sooner(time.Unix(0, s.head.first))
	}
	for _, l := range s.leases {
		sooner(l.until)
	}
	return next, s.head.ready == 0 && next != 0
}

func (t *txn) claim(limit int, period time.Duration, now time.Time) ([]inbox.Claim, error) {
	if err := t.expire(now); err != nil {
		return nil, err
	}
	if err := t.wake(now); err != nil {
		return nil, err
	}
	taken, err := t.take(limit)
	if err != nil {
		return nil, err
	}
	claims := make([]inbox.Claim, 0, len(taken))
	for _, e := range taken {
		r, err := t.full(e.id)
		if err != nil {
			return nil, err
		}
		token, err := t.hold(e.id, e.lane, now.Add(period))
		if err != nil {
			return nil, err
		}
		t.count(inbox.Ready, inbox.Leased)
		r = detached(r)
		r.State, r.NextAt = inbox.Leased, time.Time{}
		r.Meta.Attempt++
		claims = append(claims, inbox.Claim{Record: r, Token: token, Age: now.Sub(r.Since)})
	}
	return claims, nil
}

// held returns the lease that ref names.
func (t *txn) held(ref inbox.Ref) (lease, error) {
	l, ok := t.lease(ref.ID)
	if !ok || l.token != ref.Token {
		return lease{}, inbox.ErrLeaseLost
	}
	return l, nil
}

// Extend implements [inbox.Store]. It writes nothing: until when a lease lasts matters only while this process runs.
func (s *Store) Extend(ctx context.Context, ref inbox.Ref, period time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch l, ok := s.leases[ref.ID]; {
	case s.db == nil && s.failed == nil:
		return inbox.ErrStoreClosed
	case !ok || l.token != ref.Token:
		return inbox.ErrLeaseLost
	default:
		l.until = s.clock.Now(ctx).Add(period)
		s.leases[ref.ID] = l
		return nil
	}
}

// Complete implements [inbox.Store].
func (s *Store) Complete(ctx context.Context, ref inbox.Ref, handlers ...inbox.HandlerResult) error {
	return s.update(ctx, 1, func(t *txn, _ time.Time) error {
		if _, err := t.held(ref); err != nil {
			return err
		}
		st, err := t.status(ref.ID)
		if err != nil {
			return err
		}
		st.handlers = inbox.MergeHandlers(st.handlers, handlers...)
		return t.put(bucketStatus, be(ref.ID), st.encode())
	})
}

// Finish implements [inbox.Store].
func (s *Store) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	return s.update(ctx, 1, func(t *txn, now time.Time) error {
		l, err := t.held(ref)
		if err != nil {
			return err
		}
		st, err := t.status(ref.ID)
		if err != nil {
			return err
		}
		if !o.Release {
			st.attempt++
		}
		st.handlers = inbox.MergeHandlers(st.handlers, o.Handlers...)
		st.reason, st.detail = o.Reason, o.Detail
		t.count(inbox.Leased, o.State)
		if err := t.release(ref.ID, l.lane); err != nil {
			return err
		}
		if o.State == inbox.Ready {
			return t.again(ref.ID, l.lane, &st, o.RetryIn, now)
		}
		r, err := t.record(ref.ID)
		if err != nil {
			return err
		}
		st.state, st.nextAt, st.finishedAt = o.State, time.Time{}, now
		return t.end(ref.ID, &r, &st)
	})
}

// again makes an event due after a wait.
func (t *txn) again(id int64, l lane, st *status, wait time.Duration, now time.Time) error {
	st.nextAt = time.Time{}
	if wait > 0 {
		st.nextAt = now.Add(wait)
	}
	if err := t.put(bucketStatus, be(id), st.encode()); err != nil {
		return err
	}
	if wait > 0 {
		return t.wait(id, l, st.nextAt)
	}
	return t.due(id, l)
}
