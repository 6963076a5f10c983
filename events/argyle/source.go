package argyle

import "net/netip"

// SourceAddrs returns the addresses that Argyle's current documentation names as those of its webhooks; two of them were seen
// in recorded traffic, and older documents name only one or two. They are for a firewall in front of the host: the signature is
// what proves a delivery, and the list can change at any time. The slice is the caller's own.
func SourceAddrs() []netip.Addr {
	return []netip.Addr{
		netip.AddrFrom4([4]byte{34, 27, 251, 226}),
		netip.AddrFrom4([4]byte{34, 122, 50, 253}),
		netip.AddrFrom4([4]byte{35, 188, 163, 115}),
		netip.AddrFrom4([4]byte{35, 226, 53, 251}),
	}
}
