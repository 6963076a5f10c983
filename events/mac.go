package events

import (
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// MAC names the keyed hash of a provider.
type MAC uint8

// The keyed hashes in use.
const (
	HMACSHA256 MAC = iota // 32 bytes, Pinwheel's
	HMACSHA512            // 64 bytes, Argyle's
)

// Size returns the length of the MAC in bytes.
func (m MAC) Size() int {
	if m == HMACSHA512 {
		return sha512.Size
	}
	return sha256.Size
}

func (m MAC) new() func() hash.Hash {
	if m == HMACSHA512 {
		return sha512.New
	}
	return sha256.New
}

// macState is a keyed hash and the room for its message head and its sum, reused from request to request.
type macState struct {
	hash hash.Hash
	head []byte
	sum  [sha512.Size]byte
}

// mac returns the sum, valid until the next use of the state.
func (st *macState) mac(body []byte, head []string) []byte {
	st.hash.Reset()
	st.head = st.head[:0]
	for _, part := range head {
		st.head = append(st.head, part...)
	}
	_, _ = st.hash.Write(st.head)
	_, _ = st.hash.Write(body)
	return st.hash.Sum(st.sum[:0])
}
