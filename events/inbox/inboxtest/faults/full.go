//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

const (
	tmpfsSize = 64 << 20
	leftOver  = 256 << 10 // at most so many bytes are left when a disk is called full
)

// tmpfs runs sessions on a file system that fills up.
func (l *lab) tmpfs(ctx context.Context, faults int) error {
	if os.Getuid() != 0 {
		if os.Getenv("LINKHOOK_CI") == "1" {
			return errors.New("only root can mount the tmpfs that is to be full")
		}
		fmt.Fprintln(l.out, "full tmpfs: left out, only root can mount it")
		return nil
	}
	if err := l.repeat(ctx, "full tmpfs", faults, func() (*result, error) { return l.full(ctx) }); err != nil {
		return err
	}
	return l.watermark(ctx)
}

// mounted runs a session on a tmpfs of its own.
func (l *lab) mounted(ctx context.Context, minFree int64, run func(*session) error) (*result, error) {
	dir, err := l.folder()
	if err != nil {
		return nil, err
	}
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%d", tmpfsSize)); err != nil {
		return nil, fmt.Errorf("mounting a tmpfs: %w", err)
	}
	s := l.session(boltcrash.Files{Store: filepath.Join(disk, "events.db"), Journal: filepath.Join(dir, "journal")})
	s.minFree = minFree
	log := filepath.Join(dir, "strace")
	up, err := s.start(ctx, s.under(log, fault{}, "")...)
	if err == nil && !up {
		err = errors.New("the node does not start")
	}
	if err == nil {
		err = run(s)
		s.end()
	}
	if err == nil && minFree == noBound {
		err = s.conclude(ctx)
	}
	s.count(log)
	return &s.result, errors.Join(err, syscall.Unmount(disk, syscall.MNT_DETACH), os.RemoveAll(dir))
}

// full fills the disk beside the store and makes room again.
func (l *lab) full(ctx context.Context) (*result, error) {
	const rounds, batches = 6, 60
	return l.mounted(ctx, noBound, func(s *session) error {
		ballast := filepath.Join(filepath.Dir(s.files.Store), "ballast")
		for range rounds {
			if err := fill(ballast, rand.N[int64](leftOver)); err != nil {
				return err
			}
			failed, err := s.provoke(ctx, batches)
			if err == nil && failed {
				s.result.injected++
				err = s.stayBad(ctx)
			}
			if err := errors.Join(err, os.Remove(ballast)); err != nil {
				return err
			}
			if !failed { // checking wrote the whole file, which has room inside now
				return nil
			}
			if err := s.recover(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// fill writes a file until only so many bytes are left on its disk.
func fill(path string, left int64) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
		return fmt.Errorf("asking for free space: %w", err)
	}
	size := int64(disk.Bavail)*disk.Bsize - left //nolint:gosec // a small disk
	if err := os.WriteFile(path, make([]byte, max(size, 0)), 0o600); err != nil {
		return fmt.Errorf("filling the disk: %w", err)
	}
	return nil
}

// watermark runs a node on a disk that has less room than the inbox keeps free: it refuses everything, and nothing has failed.
func (l *lab) watermark(ctx context.Context) error {
	r, err := l.mounted(ctx, defaultFree, func(s *session) error {
		stored, _, err := s.post(ctx, atOnce)
		if stored > 0 {
			err = errors.Join(err, errors.New("events were stored on a disk that is nearly full"))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("nearly full disk: %w", err)
	}
	l.line("nearly full tmpfs", r)
	return nil
}
