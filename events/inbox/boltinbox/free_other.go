//go:build !(linux || darwin || freebsd)

package boltinbox

// freeSpace does not know on this system.
func freeSpace(string) int64 { return -1 }
