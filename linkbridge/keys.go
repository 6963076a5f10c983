package linkbridge

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"github.com/linkhook/linkhook/events"
)

// minSecret is the least length of a secret in bytes: the output of HMAC-SHA256, below which a key is the weakest part.
const minSecret = 32

// Key is one secret of the host that signs tickets and resume tokens. It is no provider's secret: make it with
// crypto/rand and give the same one to every node.
type Key struct {
	ID        string    // names the key in figures; empty means its place in the list, counted from 1
	Secret    []byte    // at least 32 random bytes
	NotBefore time.Time // when the key begins to sign and to verify; zero means always
	NotAfter  time.Time // when the key ends; zero means never. Keep an old key for 24 h: resume tokens live that long
}

// LogValue prints the id and never the secret.
func (k Key) LogValue() slog.Value { return slog.StringValue("key " + k.ID) }

// Format prints the id and never the secret, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "key %s", k.ID) // fmt has no way to report it
}

// Keyring holds the secrets that sign and verify tickets and resume tokens. The first valid key signs, every valid key
// verifies, and they can be replaced while connections are open. All methods are safe for concurrent use.
type Keyring struct {
	ring *events.Keyring
}

// Keys makes a keyring of plain secrets, the newest first. It panics, at start-up and with a sentence, when there is none
// or when one is shorter than 32 bytes.
func Keys(secrets ...[]byte) *Keyring {
	keys := make([]Key, len(secrets))
	for i, s := range secrets {
		keys[i].Secret = s
	}
	return NewKeyring(keys...)
}

// NewKeyring makes a keyring of keys with ids and validity. It panics where [Keyring.Replace] returns an error.
func NewKeyring(keys ...Key) *Keyring {
	prepared, err := prepare(keys)
	if err != nil {
		panic(err.Error()) //nolint:forbidigo // start-up misuse: a bridge with a weak key accepts forged tickets
	}
	return &Keyring{ring: events.NewKeyring(prepared...)}
}

// Replace swaps all keys at once. It changes nothing and returns an error when there is no key, when a secret is shorter
// than 32 bytes, or when two keys share an id.
func (r *Keyring) Replace(keys ...Key) error {
	prepared, err := prepare(keys)
	if err != nil {
		return err
	}
	if err := r.ring.Replace(prepared...); err != nil {
		return fmt.Errorf("linkbridge: replacing keys: %w", err)
	}
	return nil
}

// Used returns how many tokens the key of that id has verified since the process started.
func (r *Keyring) Used(id string) uint64 { return r.ring.Used(id) }

// prepare writes the secrets in hex, because a random secret may begin with what looks like white space.
func prepare(keys []Key) ([]events.Key, error) {
	prepared := make([]events.Key, len(keys))
	for i, k := range keys {
		if len(k.Secret) < minSecret {
			return nil, fmt.Errorf("linkbridge: secret %d has %d bytes, at least %d random ones are needed", i+1, len(k.Secret), minSecret)
		}
		prepared[i] = events.Key{ID: k.ID, Secret: hex.EncodeToString(k.Secret), NotBefore: k.NotBefore, NotAfter: k.NotAfter}
	}
	if len(prepared) == 0 {
		return nil, fmt.Errorf("linkbridge: at least one secret of %d random bytes is needed", minSecret)
	}
	return prepared, nil
}

// sign returns the MAC of body under a label that keeps the kinds of token apart.
func (r *Keyring) sign(now time.Time, label string, body []byte) []byte {
	return r.ring.Sign(nil, events.HMACSHA256, now, body, label)
}

func (r *Keyring) verify(now time.Time, label string, sum, body []byte) bool {
	_, ok := r.ring.Verify(events.HMACSHA256, now, sum, body, label)
	return ok
}
