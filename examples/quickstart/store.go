package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

// noStore is the value of -store that does without durability.
const noStore = "none"

// defaultStore is a file in the user's cache directory, or none where there is no such directory.
func defaultStore() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return noStore
	}
	return filepath.Join(dir, "linkhook-quickstart", "events.db")
}

// intake is where the endpoints publish to: the bus itself, or an inbox in front of it. Nothing else depends on which.
type intake struct {
	events.Publisher

	ticketKey []byte
	box       *inbox.Inbox // nil without a store
	store     *boltinbox.Store
}

// openIntake opens the store at path. Its master key stands beside it in path.key; what is stored is encrypted with keys
// wrapped by it, and the key of the tickets is derived from it, so that a restart reads and resumes what the last run left.
func openIntake(path string, bus *events.Bus, a *app) (*intake, error) {
	if path == "" || path == noStore {
		key := make([]byte, sha256.Size)
		_, _ = rand.Read(key) // crypto/rand never fails
		return &intake{Publisher: bus, ticketKey: key}, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making the store's directory: %w", err)
	}
	store, err := boltinbox.Open(path, nil)
	if errors.Is(err, boltinbox.ErrInUse) {
		return nil, fmt.Errorf("%w: give this one its own with -store PATH, or -store none", err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	keys, err := inbox.KeyFile(path + ".key")
	if err == nil {
		var ticketKey []byte
		if ticketKey, err = deriveKey(path+".key", "quickstart tickets"); err == nil {
			box := inbox.New(store, bus, &inbox.Options{KeyWrapper: keys, Logger: a.log})
			return &intake{Publisher: box, ticketKey: ticketKey, box: box, store: store}, nil
		}
	}
	return nil, errors.Join(err, store.Close())
}

// deriveKey makes a key for one purpose of the master key in a file.
func deriveKey(file, purpose string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key file: %w", err)
	}
	master, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errors.New("the key file holds no hex digits: " + file)
	}
	key, err := hkdf.Key(sha256.New, master, nil, purpose, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	return key, nil
}

// run runs the handlers of stored events until ctx is done.
func (i *intake) run(ctx context.Context) error {
	if i.box == nil {
		return nil
	}
	if err := i.box.Run(ctx); err != nil && !errors.Is(err, events.ErrClosed) {
		return fmt.Errorf("running the inbox: %w", err)
	}
	return nil
}

// drain lets the handlers that run finish. What is not handled stays in the store for the next run.
func (i *intake) drain(ctx context.Context) error {
	if i.box == nil {
		return nil
	}
	return i.box.Shutdown(ctx)
}

// close releases the store, after run has returned.
func (i *intake) close() error {
	if i.store == nil {
		return nil
	}
	return i.store.Close()
}
