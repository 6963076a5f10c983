package events

import "strings"

// The strings of one payload stand together in chunks, so that a small event allocates once for all of them. A chunk lives as
// long as any of its strings: a host that keeps one id keeps no more than that.
const (
	minChunk = 1 << 8
	maxChunk = 1 << 10
	maxInner = 256 // longer strings are on their own
)

// arena copies strings. A chunk is never written to where it has been written, nor grown.
type arena struct{ chunk strings.Builder }

// put returns a copy of text. rest is how much of the payload is still to be read, text included: no more strings can come.
func (a *arena) put(text []byte, rest int) string {
	if len(text) > maxInner {
		return string(text)
	}
	if len(text) > a.chunk.Cap()-a.chunk.Len() {
		a.chunk.Reset()
		a.chunk.Grow(chunkSize(len(text), rest))
	}
	start := a.chunk.Len()
	a.chunk.Write(text)
	return a.chunk.String()[start:]
}

// chunkSize is what strings take of a payload at most, as far as one can say: nearly all of a short one, five eighths of a long
// one, in which names, quotes and white space take the rest.
func chunkSize(least, rest int) int { return max(least, min(rest, max(rest*5/8, minChunk), maxChunk)) }
