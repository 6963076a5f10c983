// Package boltcrash is the part of the crash and fault programs that knows the bolt store: the node over it, and the comparison
// of what was acknowledged with the file and the journal.
package boltcrash

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/linkhook/linkhook/events/inbox/boltinbox"
	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
)

// Files are a node's store and journal.
type Files struct {
	Store   string // path of the store's file; its key is kept beside it
	Journal string // path of the journal
}

// In names the files in a folder.
func In(dir string) Files {
	return Files{Store: filepath.Join(dir, "events.db"), Journal: filepath.Join(dir, "journal")}
}

// Serve is a node's process: it opens the store and serves until in ends. MinFree is as in inbox.Options, and log gets
// what the inbox reports; nil means nothing. A store that has failed is checked when the parent asks for it, not by itself.
func (f Files) Serve(in io.Reader, out, log io.Writer, minFree int64) error {
	journal, err := crashtest.OpenJournal(f.Journal)
	if err != nil {
		return err
	}
	store, err := boltinbox.Open(f.Store, nil)
	if err != nil {
		return fmt.Errorf("opening the store: %w", err)
	}
	keys, err := store.KeyWrapper()
	if err != nil {
		return fmt.Errorf("reading the key: %w", err)
	}
	node := crashtest.Node{
		Store: crashtest.Recorded(store, journal), Keys: keys, MinFree: minFree, Log: log,
		Register: crashtest.Handlers(journal), Check: store.Check,
	}
	return errors.Join(node.Run(in, out), store.Close(), journal.Close())
}

// history reads the journal.
func (f Files) history() (*crashtest.History, error) {
	file, err := os.Open(f.Journal)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	h, err := crashtest.Read(file)
	return h, errors.Join(err, file.Close())
}
