package boltinbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrInUse is wrapped by the error of [Open] when another process has the file open.
var ErrInUse = errors.New("boltinbox: the file is in use by another process")

// openFile opens and locks the file, and leaves a note of who did.
func openFile(path string, o *Options) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: o.LockTimeout, NoSync: o.UnsafeNoSync, FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w%s: %s", ErrInUse, owner(path), path)
	}
	if err != nil {
		return nil, fmt.Errorf("boltinbox: opening %s: %w", path, err)
	}
	// The lock is what keeps others out; the note is for people, so that failing to write it is no failure.
	_ = os.WriteFile(notePath(path), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
	return db, nil
}

// closeFile closes and unlocks the file.
func closeFile(db *bbolt.DB, path string) error {
	_ = os.Remove(notePath(path)) // a stale note is overwritten by the next owner
	if err := db.Close(); err != nil {
		return fmt.Errorf("boltinbox: closing: %w", err)
	}
	return nil
}

func notePath(path string) string { return path + ".pid" }

// owner names the process that has the file, as far as its note tells.
func owner(path string) string {
	note, err := os.ReadFile(notePath(path))
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(note)))
	if err != nil {
		return ""
	}
	return " (process " + strconv.Itoa(pid) + ")"
}
