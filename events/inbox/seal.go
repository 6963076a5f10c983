package inbox

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/linkhook/linkhook/events"
)

// A sealed body or detail is
//
//	0x00 content                                  as it is, with PlaintextAtRest
//	0x01 owner[16] key-id[16] nonce[12] box tag   AES-256-GCM under the data key with that id
//
// The key of an owner stands in the entry "dk/"+hex(owner) as key-id[16] wrapped-key. The additional data is the purpose,
// the provider, the event's name and the event's id: a body moved to another event does not open. The store's own number
// is not among them because it is not known before the commit.
const (
	formPlain  = 0x00
	formSealed = 0x01
	idSize     = 16
	headSize   = 1 + 2*idSize
)

// sealer encrypts bodies and keeps the data keys in use.
type sealer struct {
	store   Entries
	wrapper KeyWrapper // nil only with plain
	plain   bool

	mu      sync.Mutex
	recent  map[Key]*dataKey // two generations: a key in use is carried over
	earlier map[Key]*dataKey
}

// maxKeys bounds a generation of cached data keys.
const maxKeys = 4096

// dataKey is the key of one owner.
type dataKey struct {
	owner Key
	entry Entry // as stored: key-id and wrapped key; not changed any more
	aead  cipher.AEAD
}

// id names the key in what it has sealed.
func (k *dataKey) id() []byte { return k.entry.Value[:idSize] }

func newDataKey(owner Key, value, key []byte) *dataKey {
	return &dataKey{owner: owner, entry: Entry{Key: entryOf(owner), Value: value}, aead: newAEAD(key)}
}

const dataKeys = "dk/"

func entryOf(owner Key) string { return dataKeys + hex.EncodeToString(owner[:]) }

func newSealer(store Entries, wrapper KeyWrapper, plain bool) *sealer {
	return &sealer{store: store, wrapper: wrapper, plain: plain, recent: map[Key]*dataKey{}}
}

// ownerOf returns whose data key protects an event: that of the narrowest subject, so that one account can be erased without
// its owner's others.
func ownerOf(s *events.Subject) Key {
	switch {
	case s.AccountID != "":
		return NewKey("owner", "account", s.AccountID)
	case s.EndUserID != "":
		return NewKey("owner", "end user", s.EndUserID)
	case s.Session != "":
		return NewKey("owner", "session", s.Session)
	case s.LinkTokenID != "":
		return NewKey("owner", "link token", s.LinkTokenID)
	default:
		return NewKey("owner", "nobody")
	}
}

// key returns the owner's data key, and whether it was made just now and is not stored yet.
func (s *sealer) key(ctx context.Context, owner Key) (k *dataKey, fresh bool, err error) {
	if k := s.cached(owner); k != nil {
		return k, false, nil
	}
	k, err = s.load(ctx, owner)
	if !errors.Is(err, ErrNotFound) {
		return k, false, err
	}
	key := make([]byte, keySize)
	id := make([]byte, idSize)
	_, _ = rand.Read(key)
	_, _ = rand.Read(id)
	wrapped, err := s.wrapper.Wrap(ctx, key)
	if err != nil {
		return nil, false, fmt.Errorf("inbox: wrapping a data key: %w", err)
	}
	return newDataKey(owner, slices.Concat(id, wrapped), key), true, nil
}

// load reads the owner's data key from the store; ErrNotFound says that there is none.
func (s *sealer) load(ctx context.Context, owner Key) (*dataKey, error) {
	value, err := s.store.Get(ctx, entryOf(owner))
	if err != nil {
		return nil, err //nolint:wrapcheck // ErrNotFound is compared
	}
	if len(value) < idSize || s.wrapper == nil {
		return nil, fmt.Errorf("%w: its data key cannot be unwrapped", ErrCorrupt)
	}
	key, err := s.wrapper.Unwrap(ctx, value[idSize:])
	if err != nil {
		return nil, fmt.Errorf("inbox: unwrapping a data key: %w", err)
	}
	if len(key) != keySize {
		return nil, errors.New("inbox: the key wrapper returned a key that has not 32 bytes")
	}
	k := newDataKey(owner, value, key)
	s.remember(k)
	return k, nil
}

func (s *sealer) cached(owner Key) *dataKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.recent[owner]; k != nil {
		return k
	}
	if k := s.earlier[owner]; k != nil {
		s.put(k)
		return k
	}
	return nil
}

func (s *sealer) remember(k *dataKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(k)
}

// put adds a key to the recent generation; s.mu is held.
func (s *sealer) put(k *dataKey) {
	if len(s.recent) >= maxKeys {
		s.recent, s.earlier = map[Key]*dataKey{}, s.recent
	}
	s.recent[k.owner] = k
}

func (s *sealer) forget(owner Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.recent, owner)
	delete(s.earlier, owner)
}

// seal encrypts content under k; with PlaintextAtRest k is nil.
func (s *sealer) seal(k *dataKey, content, aad []byte) []byte {
	if k == nil {
		return append([]byte{formPlain}, content...)
	}
	out := make([]byte, 0, headSize+len(content)+k.aead.Overhead())
	out = append(out, formSealed)
	out = append(out, k.owner[:]...)
	out = append(out, k.id()...)
	return k.aead.Seal(out, nil, content, aad) //nolint:gosec // the AEAD makes the nonce itself
}

// open reverses seal. ErrErased says that the data key is gone.
func (s *sealer) open(ctx context.Context, sealed, aad []byte) ([]byte, error) {
	if len(sealed) > 0 && sealed[0] == formPlain {
		return sealed[1:], nil
	}
	if len(sealed) < headSize || sealed[0] != formSealed {
		return nil, ErrCorrupt
	}
	owner, id := Key(sealed[1:1+idSize]), sealed[1+idSize:headSize]
	k := s.cached(owner)
	if k == nil || !slices.Equal(k.id(), id) {
		var err error
		k, err = s.load(ctx, owner)
		if errors.Is(err, ErrNotFound) {
			return nil, ErrErased
		}
		if err != nil {
			return nil, err
		}
		if !slices.Equal(k.id(), id) {
			return nil, ErrErased // a later key of the same owner
		}
	}
	content, err := k.aead.Open(nil, nil, sealed[headSize:], aad)
	if err != nil {
		return nil, ErrCorrupt
	}
	return content, nil
}

// bodyAAD is the additional data of a body.
func bodyAAD(m *events.Meta) []byte {
	return joinParts("body", m.Kind.Provider, m.Kind.Stream.String(), m.Kind.Name, m.ID)
}

// detailAAD is the additional data of a detail. The id is not part of it: it changes when a synthetic event is confirmed.
func detailAAD(m *events.Meta) []byte {
	return joinParts("detail", m.Kind.Provider, m.Kind.Stream.String(), m.Kind.Name)
}

func joinParts(parts ...string) []byte {
	out := make([]byte, 0, 8*len(parts)+len(strings.Join(parts, "")))
	for _, p := range parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// packBody appends to out what is stored of an envelope besides its metadata.
func packBody(out []byte, env *events.Envelope) []byte {
	out = binary.AppendUvarint(out, uint64(env.Start)) //nolint:gosec // bounds within Raw
	out = binary.AppendUvarint(out, uint64(env.End))   //nolint:gosec // bounds within Raw
	return append(out, env.Raw...)
}

// unpackBody reverses packBody.
func unpackBody(packed []byte, env *events.Envelope) error {
	start, n := binary.Uvarint(packed)
	if n <= 0 {
		return ErrCorrupt
	}
	end, m := binary.Uvarint(packed[n:])
	if m <= 0 {
		return ErrCorrupt
	}
	raw := packed[n+m:]
	if start > end || end > uint64(len(raw)) {
		return ErrCorrupt
	}
	env.Raw, env.Start, env.End = raw, int(start), int(end) //nolint:gosec // bounded by len(raw)
	return nil
}
