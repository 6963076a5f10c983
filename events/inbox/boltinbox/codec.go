package boltinbox

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// record is what is stored of an event when it arrives. It changes when its body goes, when it is confirmed or erased.
type record struct {
	storedAt    time.Time
	meta        events.Meta
	orderKey    string
	keys        []inbox.Key
	correlation inbox.Key
	digest      [32]byte
	dedupFor    time.Duration
	conflictOf  int64
	synthetic   bool
	confirmed   bool
	hasBody     bool
	body        []byte
}

// status is where an event stands. One that was never tried has none.
type status struct {
	state      inbox.State // Ready also while it is leased
	attempt    int
	since      time.Time
	nextAt     time.Time
	finishedAt time.Time
	replays    int
	handlers   []inbox.HandlerResult
	reason     string
	detail     []byte
}

const (
	recordVersion = 1
	statusVersion = 1

	flagSynthetic = 1 << iota
	flagConfirmed
	flagBody
	flagOwnOrder // the order key is that of the metadata and is not stored
)

// encoder appends values; decoder reads them back in the same order and remembers the first failure.
type encoder struct{ b []byte }

func (e *encoder) byte(v byte)    { e.b = append(e.b, v) }
func (e *encoder) uint(v uint64)  { e.b = binary.AppendUvarint(e.b, v) }
func (e *encoder) int(v int64)    { e.b = binary.AppendVarint(e.b, v) }
func (e *encoder) text(v string)  { e.uint(uint64(len(v))); e.b = append(e.b, v...) }
func (e *encoder) bytes(v []byte) { e.uint(uint64(len(v))); e.b = append(e.b, v...) }
func (e *encoder) fixed(v []byte) { e.b = append(e.b, v...) }
func (e *encoder) time(v time.Time) {
	e.int(v.Unix())
	e.uint(uint64(v.Nanosecond())) //nolint:gosec // never negative
}

type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.bad = true
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return nil
	}
	v := d.b[:n:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) text() string  { return string(d.take(d.uint())) }
func (d *decoder) bytes() []byte { return d.take(d.uint()) }

func (d *decoder) time() time.Time {
	sec, nsec := d.int(), d.uint()
	const second = 1_000_000_000
	if nsec >= second {
		d.bad = true
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}

// err returns what went wrong, with the name of what was read.
func (d *decoder) err(what string) error {
	if d.bad {
		return fmt.Errorf("%w: a %s cannot be read", inbox.ErrCorrupt, what)
	}
	return nil
}

// usualRecord is what a record takes besides its body, or somewhat more.
const usualRecord = 384

func (r *record) encode() []byte { return r.appendTo(make([]byte, 0, usualRecord+len(r.body))) }

func (r *record) appendTo(b []byte) []byte {
	e := encoder{b: b}
	e.byte(recordVersion)
	own := r.orderKey == r.meta.OrderKey()
	e.byte(flag(flagSynthetic, r.synthetic) | flag(flagConfirmed, r.confirmed) | flag(flagBody, r.hasBody) | flag(flagOwnOrder, own))
	e.time(r.storedAt)
	encodeMeta(&e, &r.meta)
	if !own {
		e.text(r.orderKey)
	}
	e.uint(uint64(len(r.keys)))
	for _, k := range r.keys {
		e.fixed(k[:])
	}
	e.fixed(r.correlation[:])
	e.fixed(r.digest[:])
	e.int(int64(r.dedupFor))
	e.int(r.conflictOf)
	e.fixed(r.body) // to the end
	return e.b
}

func flag(bit byte, set bool) byte {
	if set {
		return bit
	}
	return 0
}

// decodeRecord reads a record. Its body shares b's memory.
func decodeRecord(b []byte) (record, error) {
	d := decoder{b: b}
	if version := d.byte(); version != recordVersion {
		return record{}, fmt.Errorf("%w: a record has version %d", inbox.ErrCorrupt, version)
	}
	flags := d.byte()
	r := record{
		synthetic: flags&flagSynthetic != 0, confirmed: flags&flagConfirmed != 0, hasBody: flags&flagBody != 0,
		storedAt: d.time(),
	}
	decodeMeta(&d, &r.meta)
	if flags&flagOwnOrder != 0 {
		r.orderKey = r.meta.OrderKey()
	} else {
		r.orderKey = d.text()
	}
	n := d.uint()
	if n > uint64(len(d.b))/uint64(len(inbox.Key{})) {
		d.bad, n = true, 0
	}
	for range n {
		var k inbox.Key
		copy(k[:], d.take(uint64(len(k))))
		r.keys = append(r.keys, k)
	}
	copy(r.correlation[:], d.take(uint64(len(r.correlation))))
	copy(r.digest[:], d.take(uint64(len(r.digest))))
	r.dedupFor = time.Duration(d.int())
	r.conflictOf = d.int()
	r.body = d.b
	if !r.hasBody {
		r.body = nil
	}
	return r, d.err("record")
}

// metaTexts lists the strings of the metadata in the order in which they are stored.
func metaTexts(m *events.Meta) []*string {
	return []*string{
		&m.ID, &m.Kind.Provider, &m.Kind.Name, &m.Endpoint, &m.AccountID, &m.EndUserID, &m.LinkTokenID, &m.Session,
		&m.JobID, &m.Outcome, &m.KeyID,
	}
}

func encodeMeta(e *encoder, m *events.Meta) {
	for _, s := range metaTexts(m) {
		e.text(*s)
	}
	e.byte(byte(m.Kind.Stream))
	e.byte(byte(m.Source))
	e.byte(byte(m.Trust))
	e.time(m.OccurredAt)
	e.time(m.ReceivedAt)
	e.uint(m.Seq)
}

func decodeMeta(d *decoder, m *events.Meta) {
	for _, s := range metaTexts(m) {
		*s = d.text()
	}
	m.Kind.Stream = events.Stream(d.byte())
	m.Source = events.Source(d.byte())
	m.Trust = events.Trust(d.byte())
	m.OccurredAt = d.time()
	m.ReceivedAt = d.time()
	m.Seq = d.uint()
}

func (s *status) encode() []byte {
	e := encoder{b: make([]byte, 0, 64+len(s.detail))}
	e.byte(statusVersion)
	e.byte(byte(s.state))
	e.uint(uint64(max(s.attempt, 0)))
	e.time(s.since)
	e.time(s.nextAt)
	e.time(s.finishedAt)
	e.uint(uint64(s.replays)) //nolint:gosec // not negative
	e.uint(uint64(len(s.handlers)))
	for _, h := range s.handlers {
		e.text(h.Name)
		var gaveUp byte
		if h.GaveUp {
			gaveUp = 1
		}
		e.byte(gaveUp)
	}
	e.text(s.reason)
	e.bytes(s.detail)
	return e.b
}

func decodeStatus(b []byte) (status, error) {
	d := decoder{b: b}
	if version := d.byte(); version != statusVersion {
		return status{}, fmt.Errorf("%w: a status has version %d", inbox.ErrCorrupt, version)
	}
	s := status{state: inbox.State(d.byte())}
	if s.state < inbox.Ready || s.state > inbox.Erased {
		d.bad = true
	}
	s.attempt = d.small()
	s.since, s.nextAt, s.finishedAt = d.time(), d.time(), d.time()
	s.replays = d.small()
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.bad, n = true, 0
	}
	for range n {
		s.handlers = append(s.handlers, inbox.HandlerResult{Name: d.text(), GaveUp: d.byte() == 1})
	}
	s.reason = d.text()
	if detail := d.bytes(); len(detail) > 0 {
		s.detail = detail
	}
	return s, d.err("status")
}

// small reads a counter.
func (d *decoder) small() int {
	const most = 1 << 31
	v := d.uint()
	if v >= most {
		d.bad = true
		return 0
	}
	return int(v)
}
