package linkbridge

import (
	"bufio"
	"net"
	"sync"
)

// wire is the network connection under a websocket. While a page is quiet, its goroutine waits for one byte here, some calls
// above the system instead of deep inside gorilla, and without a read buffer: its stack then fits into the smallest size that
// Go has. Stack and buffer are most of what an idle connection costs elsewhere.
type wire struct {
	net.Conn

	reader   bufio.Reader  // what gorilla reads through; empty while the connection rests
	borrowed *bufio.Reader // whose buffer reader uses; nil while the connection rests
	first    [1]byte
	ready    bool // first holds a byte
}

// readBuffers holds the read buffers of connections that are not in use, of 4 KiB each.
var readBuffers = sync.Pool{New: func() any { return new(bufio.Reader) }}

// borrow gives the connection a read buffer. Reader keeps its place in memory, because gorilla points to it.
func (w *wire) borrow() {
	if w.borrowed != nil {
		return
	}
	w.borrowed, _ = readBuffers.Get().(*bufio.Reader)
	w.borrowed.Reset(w) // makes the buffer at its first use
	w.reader = *w.borrowed
}

// giveBack takes the read buffer away again. Nothing may be left in it.
func (w *wire) giveBack() {
	if w.borrowed == nil {
		return
	}
	w.reader = bufio.Reader{}
	w.borrowed.Reset(nil)
	readBuffers.Put(w.borrowed)
	w.borrowed = nil
}

// await waits until the page sends something. Nothing else may read meanwhile.
func (w *wire) await() error {
	for !w.ready {
		n, err := w.Conn.Read(w.first[:])
		w.ready = n == 1
		if err != nil && !w.ready {
			return err //nolint:wrapcheck // finish reads the kind of end from it
		}
	}
	return nil
}

// Read implements net.Conn. The byte that await took comes first; at least one more follows, for no frame is shorter.
func (w *wire) Read(p []byte) (int, error) {
	if !w.ready || len(p) == 0 {
		return w.Conn.Read(p) //nolint:wrapcheck // gorilla compares it
	}
	w.ready = false
	p[0] = w.first[0]
	if len(p) == 1 {
		return 1, nil
	}
	n, err := w.Conn.Read(p[1:])
	if n == 0 && err != nil {
		return 1, nil //nolint:nilerr // the next call meets it again
	}
	return n + 1, nil
}

// idle reports whether everything that was read has been used.
func (w *wire) idle() bool { return !w.ready && w.reader.Buffered() == 0 }
