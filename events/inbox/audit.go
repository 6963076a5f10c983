package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// By says who does something by hand, and why. Both are kept in the audit record; a blank one is refused.
type By struct {
	Who string // a person or a tool, as the host names it
	Why string // a sentence; it must not hold payload values
}

func (by By) check(action string) error {
	if strings.TrimSpace(by.Who) == "" || strings.TrimSpace(by.Why) == "" {
		return errors.New("inbox: " + action + " needs to know who does it and why")
	}
	return nil
}

// AuditEntry is one thing that somebody did by hand. Each entry holds the hash of the one before, so that none can be
// changed, taken out or put in between without all later hashes changing.
type AuditEntry struct {
	N      int64     `json:"n"`              // from 1, without gaps
	At     time.Time `json:"at"`             // by this node's wall clock, in UTC
	Who    string    `json:"who"`            // as in [By]
	Why    string    `json:"why"`            // as in [By]
	Action string    `json:"action"`         // "replay", "discard", "reveal", "export", "erase"
	Target string    `json:"target"`         // ids of events, or a hash of the subject
	Count  int       `json:"count,omitzero"` // how many events
	Prev   string    `json:"prev"`           // Hash of the entry before; empty in the first
	Hash   string    `json:"hash,omitzero"`  // hex SHA-256 of the entry as JSON without this field
}

// AuditHead names the newest entry. Noted somewhere else, it shows later that nothing was cut off the end.
type AuditHead struct {
	N    int64  // how many entries there are; zero when there is none
	Hash string // of the newest entry; empty when there is none
}

// ErrAuditBroken is returned by [Inbox.VerifyAudit] when the record is not what was written.
var ErrAuditBroken = errors.New("inbox: the audit record was changed")

const (
	auditPrefix = "audit/"
	auditPage   = 200
	auditTries  = 100
)

func auditKey(n int64) string { return fmt.Sprintf("%s%016x", auditPrefix, n) }

func (e *AuditEntry) sum() (string, error) {
	bare := *e
	bare.Hash = ""
	b, err := json.Marshal(&bare)
	if err != nil {
		return "", fmt.Errorf("inbox: encoding an audit entry: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// note appends an entry before the deed is done: nothing happens that is not recorded. Entries are numbered without gaps and
// written only where none stands, so that of two nodes that write the same number one tries again.
func (b *Inbox) note(ctx context.Context, by By, action, target string, count int) error {
	if err := by.check(action); err != nil {
		return err
	}
	for range auditTries {
		last, err := b.lastAudit(ctx)
		if err != nil {
			return err
		}
		e := AuditEntry{
			N: last.N + 1, At: time.Now().UTC(), Who: by.Who, Why: by.Why,
			Action: action, Target: target, Count: count, Prev: last.Hash,
		}
		if e.Hash, err = e.sum(); err != nil {
			return err
		}
		text, err := json.Marshal(&e)
		if err != nil {
			return fmt.Errorf("inbox: encoding an audit entry: %w", err)
		}
		wrote, err := b.store.Swap(ctx, auditKey(e.N), nil, text, 0)
		if err != nil {
			return fmt.Errorf("inbox: writing the audit record: %w", err)
		}
		if wrote {
			b.audited.Store(e.N)
			return nil
		}
	}
	return errors.New("inbox: writing the audit record: too many others write it")
}

// lastAudit finds the newest entry, from the newest one that this process knows.
func (b *Inbox) lastAudit(ctx context.Context) (AuditHead, error) {
	after := max(b.audited.Load()-1, 0)
	var head AuditHead
	for e, err := range b.audit(ctx, after) {
		if err != nil {
			return AuditHead{}, err
		}
		head = AuditHead{N: e.N, Hash: e.Hash}
	}
	b.audited.Store(head.N)
	return head, nil
}

// audit yields the entries after number n.
func (b *Inbox) audit(ctx context.Context, n int64) func(yield func(AuditEntry, error) bool) {
	return func(yield func(AuditEntry, error) bool) {
		after := ""
		if n > 0 {
			after = auditKey(n)
		}
		for {
			page, err := b.store.Scan(ctx, auditPrefix, after, auditPage)
			if err != nil {
				yield(AuditEntry{}, fmt.Errorf("inbox: reading the audit record: %w", err))
				return
			}
			for _, kv := range page {
				var e AuditEntry
				if err := json.Unmarshal(kv.Value, &e); err != nil || auditKey(e.N) != kv.Key {
					yield(e, fmt.Errorf("%w: entry %s cannot be read", ErrAuditBroken, kv.Key))
					return
				}
				if !yield(e, nil) {
					return
				}
				after = kv.Key
			}
			if len(page) < auditPage {
				return
			}
		}
	}
}

// Audit returns up to limit entries of the audit record that come after number n, oldest first.
func (b *Inbox) Audit(ctx context.Context, n int64, limit int) ([]AuditEntry, error) {
	var out []AuditEntry
	for e, err := range b.audit(ctx, n) {
		if err != nil {
			return nil, err
		}
		if len(out) == limit {
			break
		}
		out = append(out, e)
	}
	return out, nil
}

// VerifyAudit reads the whole audit record and returns its newest entry, or an error that wraps [ErrAuditBroken] and names
// the first entry that is not as it was written. What the record alone cannot show is that its end was cut off: compare
// with a head that was noted elsewhere.
func (b *Inbox) VerifyAudit(ctx context.Context) (AuditHead, error) {
	var head AuditHead
	for e, err := range b.audit(ctx, 0) {
		if err != nil {
			return head, err
		}
		sum, err := e.sum()
		if err != nil {
			return head, err
		}
		if e.N != head.N+1 || e.Prev != head.Hash || e.Hash != sum {
			return head, fmt.Errorf("%w: entry %d", ErrAuditBroken, e.N)
		}
		head = AuditHead{N: e.N, Hash: e.Hash}
	}
	return head, nil
}
