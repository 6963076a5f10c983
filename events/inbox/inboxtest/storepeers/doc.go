// Package storepeers measures the bolt store beside what one would use in its place, in one process and on one disk: bbolt with
// a transaction for each event, and SQLite in WAL mode with synchronous=FULL and the same group commit. It is a module of its
// own because of SQLite.
//
//	go test -bench . -benchtime 20000x
package storepeers
