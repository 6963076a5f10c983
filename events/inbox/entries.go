package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	sessionPrefix = "session/"
	claimPrefix   = "claim/"
	leasePrefix   = "lease/"
	hostPrefix    = "host/"
)

// LoadSession returns the state of a Link session that SwapSession kept, on this node or another, or nil when there is none.
func (b *Inbox) LoadSession(ctx context.Context, id string) ([]byte, error) {
	return b.get(ctx, sessionPrefix+id)
}

// SwapSession keeps next as the state of a Link session for that long, if its state is still old, nil for none, and reports
// whether it did: of two nodes that have read the same state only one can replace it. The state must not hold payload
// values: it is stored as it is.
func (b *Inbox) SwapSession(ctx context.Context, id string, old, next []byte, ttl time.Duration) (bool, error) {
	done, err := b.store.Swap(ctx, sessionPrefix+id, old, next, ttl)
	if err != nil {
		return false, fmt.Errorf("inbox: keeping a Link session: %w", err)
	}
	return done, nil
}

// claimPage is how many records Claims reads at a time.
const claimPage = 500

// KeepClaim keeps a record of what a browser has claimed, or a webhook has said, until the other one comes. It must not hold
// payload values: it is stored as it is, and Erase does not reach it before it ends by itself.
func (b *Inbox) KeepClaim(ctx context.Context, key string, record []byte, ttl time.Duration) error {
	return b.put(ctx, claimPrefix+key, record, ttl)
}

// Claims calls fn for each record that KeepClaim keeps, on this node or another, whose key begins with prefix.
func (b *Inbox) Claims(ctx context.Context, prefix string, fn func(key string, record []byte)) error {
	after := ""
	for {
		list, err := b.store.Scan(ctx, claimPrefix+prefix, after, claimPage)
		if err != nil {
			return fmt.Errorf("inbox: reading claims: %w", err)
		}
		for _, e := range list {
			fn(strings.TrimPrefix(e.Key, claimPrefix), e.Value)
			after = e.Key
		}
		if len(list) < claimPage {
			return nil
		}
	}
}

// Lease makes holder the one holder of name for that long, all nodes of the store considered, or extends its hold, and
// reports whether it is. A holder that wants to stay one asks again well before ttl is over.
func (b *Inbox) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if name == "" || holder == "" || ttl <= 0 {
		return false, errors.New("inbox: a lease needs a name, a holder and a time")
	}
	mine := []byte(holder)
	for _, old := range [][]byte{mine, nil, mine} { // another node may make the same holder it between the first two
		got, err := b.store.Swap(ctx, leasePrefix+name, old, mine, ttl)
		if err != nil {
			return false, fmt.Errorf("inbox: leasing: %w", err)
		}
		if got {
			return true, nil
		}
	}
	return false, nil
}

// Release ends holder's lease of name, if it has it.
func (b *Inbox) Release(ctx context.Context, name, holder string) error {
	if _, err := b.store.Swap(ctx, leasePrefix+name, []byte(holder), nil, 0); err != nil {
		return fmt.Errorf("inbox: releasing a lease: %w", err)
	}
	return nil
}

// Get returns a small value that Put kept, such as a watermark, or nil when there is none.
func (b *Inbox) Get(ctx context.Context, key string) ([]byte, error) {
	return b.get(ctx, hostPrefix+key)
}

// Put keeps a small value under key for that long; a ttl of zero keeps it for good, a nil value removes it. It is stored as it
// is and shared by all nodes of the store.
func (b *Inbox) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return b.put(ctx, hostPrefix+key, value, ttl)
}

func (b *Inbox) get(ctx context.Context, key string) ([]byte, error) {
	v, err := b.store.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("inbox: reading an entry: %w", err)
	}
	return v, nil
}

func (b *Inbox) put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := b.store.Put(ctx, key, value, ttl); err != nil {
		return fmt.Errorf("inbox: writing an entry: %w", err)
	}
	return nil
}
