package boltinbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

var _ inbox.Checker = (*Store)(nil)

// Check examines the file and, when the store had failed, makes it write again. After a failed fsync the operating system can
// hold pages in memory that it will never write and takes for written; so the file is closed, every page of it is
// written once more in place and synced, and only then is it opened and its structure examined. That takes about as long as
// copying the file. While the disk refuses, Check returns its error and the store goes on refusing.
func (s *Store) Check(ctx context.Context) error {
	return s.alone(ctx, s.check)
}

// check runs in the writer, so that nothing else writes.
func (s *Store) check() error {
	err := s.reopen()
	if err == nil {
		err = examine(s.db)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = err
	if err != nil {
		s.failed = fmt.Errorf("%w: %w", inbox.ErrStoreFailed, err)
	}
	return s.failed
}

// reopen closes the file of a store that has failed, writes it anew in place and opens it.
func (s *Store) reopen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		return nil
	}
	if s.db != nil {
		err := closeFile(s.db, s.path)
		s.db = nil
		if err != nil {
			return err
		}
	}
	if err := rewrite(s.path); err != nil {
		return err
	}
	return s.open()
}

// rewrite makes the operating system write every page of a file.
func rewrite(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the host chooses the path
	if err != nil {
		return fmt.Errorf("boltinbox: rewriting: %w", err)
	}
	if err := errors.Join(rewritePages(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("boltinbox: rewriting: %w", err)
	}
	return nil
}

func rewritePages(f *os.File) error {
	page := make([]byte, 1<<20)
	for at := int64(0); ; {
		n, err := f.ReadAt(page, at)
		if n > 0 {
			if _, err := f.WriteAt(page[:n], at); err != nil {
				return err //nolint:wrapcheck // the caller wraps it
			}
			at += int64(n)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err //nolint:wrapcheck // the caller wraps it
		}
	}
}

// examine reads the structure of the whole file.
func examine(db *bbolt.DB) error {
	return db.View(func(tx *bbolt.Tx) error { //nolint:wrapcheck // the function wraps
		var first error
		for err := range tx.Check() {
			if first == nil {
				first = fmt.Errorf("boltinbox: the file is damaged: %w", err)
			}
		}
		return first
	})
}
