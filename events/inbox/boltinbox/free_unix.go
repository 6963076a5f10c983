//go:build linux || darwin || freebsd

package boltinbox

import (
	"path/filepath"
	"syscall"
)

// freeSpace returns the bytes that are left for this user on the disk of path, or -1.
func freeSpace(path string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize) //nolint:gosec,unconvert,nolintlint // the types differ between systems
}
