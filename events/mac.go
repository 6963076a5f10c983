package events

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
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

// DecodeMAC reads the lower-case hex digits of a MAC into dst and reports whether text is exactly as many as fill it. It does the
// same work for all texts of that length, whatever stands in them; dst holds nothing of use when it reports false. It panics
// when the length of dst is not a multiple of four.
func DecodeMAC(dst []byte, text string) bool {
	if len(dst)%4 != 0 {
		panic("events: DecodeMAC reads four bytes at a time")
	}
	if len(text) != 2*len(dst) {
		return false
	}
	const (
		ones  = 0x0101010101010101
		lows  = 0x0f * ones
		carry = 0x10 * ones
		pairs = 0x00ff00ff00ff00ff
		fours = 0x0000ffff0000ffff
	)
	digits, bad := []byte(text), uint64(0) // no copy: it is only read
	for i := 0; i+8 <= len(digits); i += 8 {
		x := binary.LittleEndian.Uint64(digits[i : i+8])
		v := x&lows + 9*(x>>6&ones)
		bad |= v & carry                                              // more than a digit can say
		bad |= x ^ (v + '0'*ones + ('a'-10-'0')*((v+6*ones)>>4&ones)) // not the digit that says v
		v = (v<<4 | v>>8) & pairs
		v = (v | v>>8) & fours
		binary.LittleEndian.PutUint32(dst[i/2:i/2+4], uint32(v|v>>16)) //nolint:gosec // the lower half is what is wanted
	}
	return bad == 0
}
