// Package boltinbox keeps the events of an inbox in one file, with go.etcd.io/bbolt: the embedded default, for one process.
//
//	store, err := boltinbox.Open("events.db", nil)
//	if err != nil { … }
//	defer store.Close()
//	box := inbox.New(store, bus, nil)
//
// # What it does
//
//   - One goroutine writes. It commits what has gathered while the last commit was under way and waits for nothing else: an idle
//     store answers after one fsync, a busy one shares an fsync among hundreds of events. The benchmarks of this package print the
//     rate beside the cost of an fsync, without which no such figure means anything.
//   - Claims read an index on disk, so opening a file with a million events that wait takes milliseconds and next to no memory.
//   - What was in the hands of a worker when the process ended is due again as soon as the next one opens the file.
//   - The keys by which duplicates are known are hashes. They are written with the commit of their event, in one piece, and move to
//     their index later, up to 131,072 at a time and in its order: that is what a restart reads, about 8 MiB in memory.
//   - After a write that failed the store refuses to write until [Store.Check], which the inbox calls by itself, has written
//     every page anew, synced the file and found it whole.
//   - Retention goes in small commits, between which events come in.
//
// # Figures
//
// On 2 shared virtual cores whose fsync took 0.07 to 0.2 ms, in alternating runs of the benchmarks. The machine had other work
// to do, so the ratios say more than the rates, and the spread is part of the figure.
//
//   - Appending with 256 writers, in inboxtest/storepeers: 53,800 events of 2 KiB a second in the median of three runs, 25 times
//     (22 to 44) what one transaction per event does in the same run.
//   - BenchmarkIngest, webhooks over loopback HTTP on 256 connections, clients on the same cores: with the inbox 0.53 of the rate
//     without in the median of sixteen pairs. While the machine had nothing else to do it was 0.52 to 0.68, for one 32,600
//     against 53,000 a second; with other work that also wanted the cores and the disk, 0.28 to 0.90. With handlers that do nothing
//     running beside it, 0.83 of the rate of the inbox alone.
//
// # What it needs
//
//   - A local disk whose fsync tells the truth. Network file systems are not supported: their locks and syncs do not. Linux
//     before 5.10.94 or 5.15.27 with the fast-commit feature of ext4 can corrupt a file on power loss.
//   - One process: [Open] in a second one fails with [ErrInUse]. Use pginbox for several.
//   - Room: about the size of the bodies and 0.5 kB for each event, and as much again, for a moment, for [Compact]. The file
//     does not shrink by itself; what retention frees is used again. The inbox stops taking events in when less
//     than 256 MiB are left, so that handling can go on.
//
// # Files
//
// Beside events.db stand events.db.pid, a note of who has it open, and, unless the host brings a key wrapper of its own,
// events.db.key with the master key of the encryption. Keep that one out of backups of the other.
package boltinbox
