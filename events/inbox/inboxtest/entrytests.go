package inboxtest

import (
	"strconv"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

func (b *bench) put(key, value string, ttl time.Duration) {
	b.Helper()
	b.must(b.store.Put(b.ctx(), key, []byte(value), ttl))
}

func (b *bench) has(key, want string) {
	b.Helper()
	v, err := b.store.Get(b.ctx(), key)
	b.must(err)
	equal(b, "value", want, string(v))
}

func (b *bench) absent(key string) {
	b.Helper()
	_, err := b.store.Get(b.ctx(), key)
	b.wants(err, inbox.ErrNotFound)
}

// swaps exchanges a value and checks whether that happened; "" stands for none.
func (b *bench) swaps(key, old, next string, ttl time.Duration, want bool) {
	b.Helper()
	did, err := b.store.Swap(b.ctx(), key, bytesOf(old), bytesOf(next), ttl)
	b.must(err)
	equal(b, "swapped", want, did)
}

func bytesOf(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func entryTests() []test {
	return []test{
		{"Entries/Put sets, replaces and removes", func(b *bench) {
			b.absent("k")
			b.put("k", "one", 0)
			b.has("k", "one")
			b.put("k", "two", 0)
			b.has("k", "two")
			b.must(b.store.Put(b.ctx(), "k", nil, 0))
			b.absent("k")
		}},
		{"Entries/an empty value is not an absent one", func(b *bench) {
			b.must(b.store.Put(b.ctx(), "k", []byte{}, 0))
			b.has("k", "")
		}},
		{"Entries/an expired entry is absent at once", func(b *bench) {
			b.put("k", "v", time.Minute)
			b.pass(time.Minute - time.Second)
			b.has("k", "v")
			b.pass(time.Second)
			b.absent("k")
			got, err := b.store.Scan(b.ctx(), "k", "", 10)
			b.must(err)
			equal(b, "scanned", 0, len(got))
			b.swaps("k", "", "new", 0, true)
			b.has("k", "new")
		}},
		{"Entries/a ttl of zero keeps for good", func(b *bench) {
			b.put("k", "v", time.Minute)
			b.put("k", "w", 0)
			b.pass(5000 * day)
			b.has("k", "w")
		}},
		{"Entries/Swap sets only what is as expected", func(b *bench) {
			b.swaps("k", "x", "one", 0, false)
			b.absent("k")
			b.swaps("k", "", "one", 0, true)
			b.swaps("k", "", "two", 0, false)
			b.swaps("k", "x", "two", 0, false)
			b.has("k", "one")
			b.swaps("k", "one", "two", 0, true)
			b.swaps("k", "two", "", 0, true)
			b.absent("k")
		}},
		{"Entries/of many that swap at once one wins", func(b *bench) {
			ctx := b.ctx()
			var mu sync.Mutex
			wins := 0
			var wg sync.WaitGroup
			for i := range 16 {
				wg.Go(func() {
					did, err := b.store.Swap(ctx, "k", nil, []byte(strconv.Itoa(i)), 0)
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						b.Errorf("Swap: %v", err)
					} else if did {
						wins++
					}
				})
			}
			wg.Wait()
			equal(b, "wins", 1, wins)
		}},
		{"Entries/Scan goes through a prefix in order, page by page", func(b *bench) {
			for _, k := range []string{"b/2", "a", "b/1", "b/10", "c", "b"} {
				b.put(k, "v "+k, 0)
			}
			got, err := b.store.Scan(b.ctx(), "b/", "", 2)
			b.must(err)
			equal(b, "first page", []inbox.Entry{{Key: "b/1", Value: []byte("v b/1")}, {Key: "b/10", Value: []byte("v b/10")}}, got)
			got, err = b.store.Scan(b.ctx(), "b/", "b/10", 2)
			b.must(err)
			equal(b, "second page", []inbox.Entry{{Key: "b/2", Value: []byte("v b/2")}}, got)
		}},
		{"Entries/Prune removes expired ones only", func(b *bench) {
			b.put("gone", "v", time.Minute)
			b.put("kept", "v", 0)
			b.pass(time.Hour)
			b.prune(inbox.Retention{})
			b.has("kept", "v")
			b.absent("gone")
		}},
		{"Entry/of an arrival is created in the same step where that is allowed", func(b *bench) {
			a := event("a", "")
			a.Entry, a.CreateEntry = &inbox.Entry{Key: "dk", Value: []byte("key")}, true
			b.add(a)
			b.has("dk", "key")
		}},
		{"Entry/that holds lets the event be stored", func(b *bench) {
			b.put("dk", "key", 0)
			a := event("a", "")
			a.Entry = &inbox.Entry{Key: "dk", Value: []byte("key")}
			b.add(a)
			second := event("b", "")
			second.Entry, second.CreateEntry = a.Entry, true
			b.add(second)
		}},
		{"Entry/that is absent or different keeps the event out", func(b *bench) {
			a := event("a", "")
			a.Entry = &inbox.Entry{Key: "dk", Value: []byte("key")}
			b.become(a, inbox.StaleEntry)
			b.absent("dk")
			b.put("dk", "other", 0)
			b.become(a, inbox.StaleEntry)
			a.CreateEntry = true
			b.become(a, inbox.StaleEntry)
			b.has("dk", "other")
			b.none("nothing was stored")
			equal(b, "stored", 0, len(b.list(inbox.Filter{})))
		}},
	}
}
