package events

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"strings"
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

// signature is a MAC that came with a message: its bytes or, where those are nil, its digits.
type signature struct {
	sum    []byte
	digits string
}

// equal compares in constant time.
func (s signature) equal(sum []byte) bool {
	if s.sum != nil {
		return hmac.Equal(s.sum, sum)
	}
	return equalHex(s.digits, sum)
}

// equalHex reports whether digits are those of sum, in a time that depends on nothing but their number. It writes four bytes at a
// time as eight lower-case digits, so that none that came in have to be read: what is no digit, or an upper-case one, differs.
func equalHex(digits string, sum []byte) bool {
	if len(digits) != 2*len(sum) {
		return false
	}
	const (
		ones  = 0x0101010101010101
		lows  = 0x0f * ones
		pairs = 0x00ff00ff00ff00ff
		fours = 0x0000ffff0000ffff
	)
	text, other := []byte(digits), uint64(0) // no copy: it is only read
	for i := 0; i+4 <= len(sum); i += 4 {
		x := uint64(binary.LittleEndian.Uint32(sum[i : i+4]))
		x = (x | x<<16) & fours
		x = (x | x<<8) & pairs
		x = (x>>4 | x<<8) & lows // a byte for each digit
		x += '0'*ones + (x+6*ones)>>4&ones*('a'-'9'-1)
		other |= x ^ binary.LittleEndian.Uint64(text[2*i:2*i+8])
	}
	return other == 0
}

// IsHex reports whether text is a MAC of that kind as lower-case hex digits, the only form in which the providers write one.
func (m MAC) IsHex(text string) bool {
	return len(text) == 2*m.Size() && strings.Trim(text, "0123456789abcdef") == ""
}
