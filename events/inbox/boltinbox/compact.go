package boltinbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// compactTx is how many bytes one commit of a compaction copies.
const compactTx = 16 << 20

// Compact rewrites the file at path so that it holds what is stored and no free pages. The file of a store never shrinks by
// itself: what retention removes is used again for later events, so it settles at the size of the busiest time.
// Compacting pays after a backlog, not as a routine. No process may have the file open. The new file is written beside the
// old one and takes its place in one step, so an interruption leaves the old one as it was; it needs that much free space.
func Compact(path string) error {
	return compact(path, &Options{LockTimeout: lockTimeout})
}

func compact(path string, o *Options) error {
	src, err := openFile(path, o)
	if err != nil {
		return err
	}
	temp := path + ".compact"
	err = copyTo(temp, src)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("boltinbox: compacting: %w", err), ignoreMissing(os.Remove(temp)))
	}
	// The lock on the old file is held until the new one has its name.
	if err := errors.Join(err, closeFile(src, path)); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func copyTo(temp string, src *bbolt.DB) error {
	if err := ignoreMissing(os.Remove(temp)); err != nil {
		return fmt.Errorf("removing what an earlier attempt left: %w", err)
	}
	dst, err := bbolt.Open(temp, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return fmt.Errorf("making the new file: %w", err)
	}
	err = bbolt.Compact(dst, src, compactTx)
	if err := errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return fmt.Errorf("copying: %w", err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// compactIfWorthIt compacts a file of which at least half is free.
func compactIfWorthIt(path string, o *Options) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("boltinbox: %w", err)
	}
	if info.Size() < smallFile {
		return nil
	}
	db, err := openFile(path, o)
	if err != nil {
		return err
	}
	free, err := freeBytes(db)
	if err := errors.Join(err, closeFile(db, path)); err != nil {
		return err
	}
	if 2*free < info.Size() { //nolint:mnd // half
		return nil
	}
	return compact(path, o)
}

// freeBytes returns how much of the file is free. The figure is made when a write transaction ends.
func freeBytes(db *bbolt.DB) (int64, error) {
	tx, err := db.Begin(true)
	if err == nil {
		err = tx.Rollback()
	}
	if err != nil {
		return 0, fmt.Errorf("boltinbox: %w", err)
	}
	return int64(db.Stats().FreePageN) * int64(db.Info().PageSize), nil
}
