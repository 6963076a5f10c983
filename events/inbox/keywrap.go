package inbox

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeyWrapper protects data keys: one 32-byte key for each subject, of which the store keeps the wrapped form only. An
// adapter of a key management service is a few lines. It is asked when a subject is first seen and when its key is not in
// memory any more, so an outage of the service delays events but loses none. Safe for concurrent use.
type KeyWrapper interface {
	// Wrap encrypts a data key.
	Wrap(ctx context.Context, key []byte) ([]byte, error)
	// Unwrap reverses Wrap. Keys wrapped by a master key of the past must still unwrap.
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
}

const keySize = 32

// wrapAAD binds a wrapped data key to its use.
var wrapAAD = []byte("linkhook inbox data key 1") //nolint:gochecknoglobals // a constant that is a slice

// StaticKey is a [KeyWrapper] with a master key of the host's own. Keys named older still unwrap what they wrapped, so a
// rotation is StaticKey(fresh, old). It panics when a key does not have 32 bytes.
func StaticKey(key []byte, older ...[]byte) KeyWrapper { //nolint:iface // what it is made of is nobody's concern
	w := &staticKey{newest: newAEAD(key)}
	for _, k := range older {
		w.older = append(w.older, newAEAD(k))
	}
	return w
}

type staticKey struct {
	newest cipher.AEAD
	older  []cipher.AEAD
}

// newAEAD returns AES-256-GCM with a random nonce for each message. It panics when the key does not have 32 bytes.
func newAEAD(key []byte) cipher.AEAD {
	if len(key) != keySize {
		panic("inbox: an encryption key must have 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("inbox: " + err.Error()) //nolint:forbidigo // only of a key of another length
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("inbox: " + err.Error()) //nolint:forbidigo // only of a block of another size
	}
	return aead
}

// Wrap implements [KeyWrapper].
func (w *staticKey) Wrap(_ context.Context, key []byte) ([]byte, error) {
	return w.newest.Seal(nil, nil, key, wrapAAD), nil //nolint:gosec // the AEAD makes the nonce itself
}

// Unwrap implements [KeyWrapper].
func (w *staticKey) Unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	if key, err := w.newest.Open(nil, nil, wrapped, wrapAAD); err == nil {
		return key, nil
	}
	for _, a := range w.older {
		if key, err := a.Open(nil, nil, wrapped, wrapAAD); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("inbox: no master key opens this data key")
}

// KeyFile is a [KeyWrapper] whose master key stands in a file as 64 hex digits. A file that does not exist is made, for the
// owner's eyes only. Kept beside the data it protects copies and backups that leave it out, not the machine itself.
func KeyFile(path string) (KeyWrapper, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the host chooses the path
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeyFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("inbox: reading the key file: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, errors.New("inbox: the key file does not hold 64 hex digits: " + path)
	}
	return StaticKey(key), nil
}

// makeKeyFile makes the file under another name first and links it to its own once it is durable, so that a crash or a full
// disk leaves no half of one, and of two processes that make it one wins. The folder is synced too: a key whose name is lost
// with the power is lost with everything that it encrypted.
func makeKeyFile(path string) (KeyWrapper, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails
	draft, err := writeDraft(path, hex.EncodeToString(key)+"\n")
	if err != nil {
		return nil, fmt.Errorf("inbox: writing the key file: %w", err)
	}
	linked := os.Link(draft, path)
	if err := os.Remove(draft); err != nil {
		return nil, fmt.Errorf("inbox: making the key file: %w", err)
	}
	if errors.Is(linked, fs.ErrExist) {
		return KeyFile(path) // another process was quicker
	}
	if linked != nil {
		return nil, fmt.Errorf("inbox: making the key file: %w", linked)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("inbox: making the key file durable: %w", err)
	}
	return StaticKey(key), nil
}

// writeDraft writes text into a new file beside path and syncs it. It leaves nothing behind when that fails.
func writeDraft(path, text string) (draft string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the host chooses the path
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// ownWrapper is a store that brings a wrapper of its own.
type ownWrapper interface {
	KeyWrapper() (KeyWrapper, error)
}

// KeyWrapper returns a wrapper whose key was made for this store and dies with the process, like everything in it.
func (m *Memory) KeyWrapper() (KeyWrapper, error) { return m.wrapper, nil }

// newEphemeralKey makes a master key that nobody keeps.
func newEphemeralKey() KeyWrapper {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	return StaticKey(key)
}
