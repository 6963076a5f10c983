package linkbridge

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// bucket is a token bucket. It starts full.
type bucket struct {
	tokens float64
	last   int64 // Unix nanoseconds; zero before the first use
}

// take takes one token and returns how long to wait until it is there; zero means at once.
func (k *bucket) take(now time.Time, rate float64, burst int) time.Duration {
	k.fill(now, rate, burst)
	k.tokens--
	if k.tokens >= 0 {
		return 0
	}
	return time.Duration(-k.tokens / rate * float64(time.Second))
}

// tryTake takes one token if there is one.
func (k *bucket) tryTake(now time.Time, rate float64, burst int) bool {
	k.fill(now, rate, burst)
	if k.tokens < 1 {
		return false
	}
	k.tokens--
	return true
}

func (k *bucket) fill(now time.Time, rate float64, burst int) {
	at := now.UnixNano()
	if k.last == 0 {
		k.tokens = float64(burst)
	} else {
		k.tokens = min(float64(burst), k.tokens+time.Duration(max(0, at-k.last)).Seconds()*rate)
	}
	k.last = at
}

// maxAddresses bounds the memory of addressLimit. When it is reached, buckets that are full again are dropped, and then all.
const maxAddresses = 10_000

// addressLimit limits handshakes per client address. An IPv6 client counts as its /64, which is what one line gets.
type addressLimit struct {
	rate    float64
	burst   int
	mu      sync.Mutex
	buckets map[string]*bucket
}

func newAddressLimit(rate float64, burst int) *addressLimit {
	return &addressLimit{rate: rate, burst: burst, buckets: map[string]*bucket{}}
}

// allow counts a handshake of the address in. The empty address is not limited.
func (a *addressLimit) allow(now time.Time, address string) bool {
	if address == "" {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	k := a.buckets[address]
	if k == nil {
		a.makeRoom(now)
		k = &bucket{}
		a.buckets[address] = k
	}
	return k.tryTake(now, a.rate, a.burst)
}

func (a *addressLimit) makeRoom(now time.Time) {
	if len(a.buckets) < maxAddresses {
		return
	}
	full := int64(float64(a.burst) / a.rate * float64(time.Second))
	for address, k := range a.buckets {
		if now.UnixNano()-k.last >= full {
			delete(a.buckets, address)
		}
	}
	if len(a.buckets) >= maxAddresses {
		clear(a.buckets)
	}
}

// remoteAddress is the default of Options.ClientIP: the connection's own address, or nothing for one behind which there
// can be many clients.
func remoteAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	ip = ip.Unmap()
	if ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() {
		return ""
	}
	return groupAddress(ip)
}

// groupAddress returns the address that shares one bucket.
func groupAddress(ip netip.Addr) string {
	if ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return ip.String()
	}
	return network.String()
}
