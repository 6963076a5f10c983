package events

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Keyring holds the secrets that verify one endpoint's deliveries. Several may be valid at once while a secret is rotated,
// and they can be replaced while requests are being verified. All methods are safe for concurrent use.
type Keyring struct {
	set  atomic.Pointer[[]*ringKey]
	mu   sync.Mutex // guards changes of the set
	used sync.Map   // key id → *atomic.Uint64, kept over replacements
}

// ringKey is a key with its ready-made hash states.
type ringKey struct {
	Key
	pools [2]sync.Pool // by MAC, of *macState
	used  *atomic.Uint64
}

// Keys makes a keyring of plain secrets, the newest first. It panics, at start-up and with a sentence, when there is none or
// when one is empty or has white space around it: an endpoint with such a secret would accept forgeries or refuse everything.
func Keys(secrets ...string) *Keyring {
	keys := make([]Key, len(secrets))
	for i, s := range secrets {
		keys[i].Secret = s
	}
	return NewKeyring(keys...)
}

// NewKeyring makes a keyring of keys with ids and validity. It panics where [Keyring.Replace] returns an error.
func NewKeyring(keys ...Key) *Keyring {
	r := &Keyring{}
	if err := r.Replace(keys...); err != nil {
		panic(err.Error()) //nolint:forbidigo // start-up misuse: the sentence is that of Replace
	}
	return r
}

// Replace swaps all keys at once; requests under way finish with the keys they started with. It changes nothing and returns
// an error when there is no key, when a secret is empty or has white space around it, or when two keys share an id.
func (r *Keyring) Replace(keys ...Key) error {
	if len(keys) == 0 {
		return errors.New("events: a keyring needs at least one secret")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	set := make([]*ringKey, 0, len(keys))
	seen := map[string]bool{}
	for i, k := range keys {
		if k.ID == "" {
			k.ID = strconv.Itoa(i + 1)
		}
		if err := k.check(); err != nil {
			return err
		}
		if seen[k.ID] {
			return fmt.Errorf("events: two keys share the id %q", k.ID)
		}
		seen[k.ID] = true
		counter, _ := r.used.LoadOrStore(k.ID, new(atomic.Uint64))
		used, _ := counter.(*atomic.Uint64)
		set = append(set, &ringKey{Key: k, used: used})
	}
	r.set.Store(&set)
	return nil
}

// Verify reports which key signed a message: head's parts and then body. It does the same work whichever key matches, and
// compares in constant time. It counts the match for [Keyring.Used].
func (r *Keyring) Verify(m MAC, now time.Time, sum, body []byte, head ...string) (keyID string, ok bool) {
	return r.verify(m, now, signature{sum: sum}, body, head)
}

// VerifyHex is Verify for a MAC that is written as lower-case hex digits, which it does not decode: [MAC.IsHex] says whether one that
// does not match is one at all.
func (r *Keyring) VerifyHex(m MAC, now time.Time, digits string, body []byte, head ...string) (keyID string, ok bool) {
	return r.verify(m, now, signature{digits: digits}, body, head)
}

func (r *Keyring) verify(m MAC, now time.Time, sig signature, body []byte, head []string) (keyID string, ok bool) {
	var match *ringKey
	for _, k := range *r.set.Load() {
		equal := k.matches(m, sig, body, head)
		if equal && k.valid(now) && match == nil {
			match = k
		}
	}
	if match == nil {
		return "", false
	}
	match.used.Add(1)
	return match.ID, true
}

// Sign appends the MAC of head's parts and then body, made with the first key that is valid at now, or with the first key
// when none is. It is what tests, simulators and relays sign with.
func (r *Keyring) Sign(dst []byte, m MAC, now time.Time, body []byte, head ...string) []byte {
	set := *r.set.Load()
	key := set[0]
	for _, k := range set {
		if k.valid(now) {
			key = k
			break
		}
	}
	st := key.state(m)
	defer key.pools[m].Put(st)
	return append(dst, st.mac(body, head)...)
}

// Used returns how many messages the key of that id has verified since the process started: when an old key's count no
// longer grows, it can be taken away.
func (r *Keyring) Used(id string) uint64 {
	counter, ok := r.used.Load(id)
	if !ok {
		return 0
	}
	used, _ := counter.(*atomic.Uint64)
	return used.Load()
}

// IDs returns the ids of the present keys, in their order.
func (r *Keyring) IDs() []string {
	set := *r.set.Load()
	ids := make([]string, len(set))
	for i, k := range set {
		ids[i] = k.ID
	}
	return ids
}

func (k *ringKey) state(m MAC) *macState {
	if st, ok := k.pools[m].Get().(*macState); ok {
		return st
	}
	return &macState{hash: hmac.New(m.new(), []byte(k.Secret))}
}

func (k *ringKey) matches(m MAC, sig signature, body []byte, head []string) bool {
	st := k.state(m)
	equal := sig.equal(st.mac(body, head))
	k.pools[m].Put(st)
	return equal
}
