package linkbridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
)

// ClaimStore keeps what a [Correlator] waits for, over a restart and for all nodes. It uses standard types only, so that an
// inbox is one without importing this package. All methods are called concurrently.
type ClaimStore interface {
	// KeepClaim keeps a record of some hundred bytes for that long, in place of the one that key has. It is durable, and seen
	// by Claims on every node, when it returns nil.
	KeepClaim(ctx context.Context, key string, record []byte, ttl time.Duration) error
	// Claims calls fn for each record whose key begins with prefix.
	Claims(ctx context.Context, prefix string, fn func(key string, record []byte)) error
}

const (
	// keepWaiting is how much longer than CorrelatorOptions.Timeout an undecided record is kept: a host that was down for
	// that long still decides about it.
	keepWaiting = 24 * time.Hour
	// handOver is how much later than its own node the others decide about a fact: it may be gone.
	handOver = 30 * time.Second
)

// record is what is kept of a fact.
type record struct {
	Meta    events.Meta `json:"m"`
	Account string      `json:"a"`
	Since   int64       `json:"t"` // Unix milliseconds
	Stage   stage       `json:"s,omitzero"`
}

// stage is how far the decision about a fact is. It only grows.
type stage uint8

const (
	waiting stage = iota
	doubted       // a claim that was contradicted; its own webhook can still confirm it
	settled       // matched, or reported
)

// recordKeys names the records of a fact, one for each key by which the other side can find it. The ids are hashed: they
// can be long, and a key is not the place for them.
func (f *fact) recordKeys() []string {
	id := hashed(f.meta.Kind.String() + "\n" + f.meta.ID)
	keys := make([]string, len(f.keys))
	for i, key := range f.keys {
		keys[i] = hashed(key) + "/" + id
	}
	return keys
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// persist writes the fact's records.
func (c *Correlator) persist(ctx context.Context, f *fact) error {
	c.mu.Lock()
	r := record{Meta: f.meta, Account: f.account, Since: f.since.UnixMilli(), Stage: f.stage}
	c.mu.Unlock()
	ttl := c.opts.Timeout + keepWaiting
	if r.Stage != waiting { // only so that a redelivery says nothing new
		ttl = max(time.Minute, time.Until(f.since.Add(c.opts.Timeout)))
	}
	b, err := json.Marshal(r)
	if err != nil {
		return errFrame // an id that is no UTF-8 does not come out of JSON
	}
	for _, key := range f.recordKeys() {
		if err := c.opts.Store.KeepClaim(ctx, key, b, ttl); err != nil {
			return fmt.Errorf("linkbridge: keeping a claim: %w", err)
		}
	}
	c.mu.Lock()
	f.stored = true
	c.mu.Unlock()
	return nil
}

// adopt takes over what the store knows about facts with one of the keys, which other nodes may have seen.
func (c *Correlator) adopt(ctx context.Context, keys []string) error {
	for _, key := range keys {
		if err := c.take(ctx, hashed(key)+"/", true); err != nil {
			return err
		}
	}
	return nil
}

// take takes over the records whose keys begin with prefix, those of facts that are decided and not known here only if all is set.
func (c *Correlator) take(ctx context.Context, prefix string, all bool) error {
	var list []*fact
	err := c.opts.Store.Claims(ctx, prefix, func(_ string, b []byte) {
		var r record
		if json.Unmarshal(b, &r) != nil {
			return
		}
		if f, ok := r.fact(); ok {
			list = append(list, f)
		}
	})
	if err != nil {
		return fmt.Errorf("linkbridge: reading claims: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range list {
		known := c.find(f)
		switch {
		case known != nil:
			known.stage = max(known.stage, f.stage)
		case (all || f.stage == waiting) && len(c.queue) < c.opts.Max && !c.closed:
			c.enqueue(f)
		}
	}
	return nil
}

// fact returns the fact of a record. Another node saw it, or this one before a restart.
func (r *record) fact() (*fact, bool) {
	what, ok := rules[r.Meta.Kind]
	f := &fact{meta: r.Meta, step: what.step, account: r.Account, since: time.UnixMilli(r.Since), stage: r.Stage,
		webhook: r.Meta.Kind.Stream == events.StreamWebhook, stored: true, slack: handOver, index: -1}
	f.failed = f.webhook && failed(&r.Meta)
	f.keys = keysOf(&r.Meta)
	return f, ok && len(f.keys) > 0
}

// sweep takes over the facts of nodes that are gone, and looks again later.
func (c *Correlator) sweep() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.running.Add(1)
	c.mu.Unlock()
	defer c.running.Done()
	if err := c.take(c.ctx, "", false); err != nil {
		c.log.LogAttrs(c.ctx, slog.LevelWarn, "linkbridge: waiting claims were not read", slog.Any("error", err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.sweeper.Reset(c.opts.Grace)
	}
}
