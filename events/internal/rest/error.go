package rest

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// notSent reports whether no connection was made, so that the provider cannot have acted.
func notSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || errors.Is(err, syscall.ECONNREFUSED)
}

// retryAfter reads both forms of the header: seconds and a date. Anything else, and the past, is zero.
func retryAfter(value string, now time.Time) time.Duration {
	if value == "" {
		return 0
	}
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		return max(time.Duration(min(n, 3600))*time.Second, 0)
	}
	if when, err := http.ParseTime(value); err == nil {
		return max(when.Sub(now), 0)
	}
	return 0
}

// patient is a backoff that waits at least as long as the provider asked for, and gives up when that is too long.
type patient struct {
	*backoff.ExponentialBackOff
	atLeast time.Duration
}

// NextBackOff implements backoff.BackOff.
func (p *patient) NextBackOff() time.Duration {
	asked := p.atLeast
	p.atLeast = 0
	next := p.ExponentialBackOff.NextBackOff()
	if next == backoff.Stop || p.GetElapsedTime()+asked > p.MaxElapsedTime {
		return backoff.Stop
	}
	return max(next, asked)
}
