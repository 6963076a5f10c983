package linkbridge

import (
	"encoding/hex"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// frame is any frame of a client. The fields of hello and event do not overlap in meaning, so one type reads both.
type frame struct {
	Type string `json:"type"`

	hello
	event

	Events []jsontext.Value `json:"events"` // POST only
	Leave  bool             `json:"leave"`  // POST only: the beacon of a page that goes away
}

// hello is the first frame of a connection, and the head of a POST.
type hello struct {
	Version   int      `json:"v"`
	Session   string   `json:"session"`
	Instance  string   `json:"instance"`
	Ticket    string   `json:"ticket"`
	Resume    string   `json:"resume"`
	SDK       string   `json:"sdk"`
	Acked     uint64   `json:"acked"`
	Want      []string `json:"want"`
	PushAfter uint64   `json:"push_after"`
	Epoch     string   `json:"epoch"`
}

// event is one Link event on the wire.
type event struct {
	Seq      uint64         `json:"seq"` // in hello: the last number used
	ID       string         `json:"id"`
	Provider string         `json:"provider"`
	Name     string         `json:"name"`
	At       float64        `json:"at"` // the page's clock, milliseconds since 1970
	Payload  jsontext.Value `json:"payload"`
	Dropped  uint64         `json:"n"` // events that the client dropped since its last one
}

const (
	maxName = 100     // bytes of an event name; the longest known has 32
	maxWant = 64      // names in hello.want
	maxSeq  = 1 << 53 // JavaScript counts no further
)

var errFrame = errors.New("linkbridge: the frame breaks the envelope grammar")

// parseFrame reads one frame. An error with ok true says that the frame is an event, or of unknown type, that can be
// refused alone: its number is in f.Seq. An error with ok false ends the connection.
func parseFrame(data []byte, f *frame) (ok bool, err error) {
	err = json.Unmarshal(data, f)
	if err == nil {
		if f.Type == "" {
			return false, errFrame
		}
		return true, nil
	}
	var head struct {
		Type jsontext.Value `json:"type"`
		Seq  jsontext.Value `json:"seq"`
	}
	if json.Unmarshal(data, &head) != nil {
		return false, errFrame
	}
	var name string
	if json.Unmarshal(head.Type, &name) != nil || name == "" {
		return false, errFrame
	}
	*f = frame{Type: name}
	var seq uint64
	if json.Unmarshal(head.Seq, &seq) == nil && seq <= maxSeq {
		f.Seq = seq
	}
	switch name {
	case "hello", "refresh", "events", "pong":
		return false, errFrame
	default:
		return true, errFrame
	}
}

// check reports whether the hello's own fields are well formed.
func (h *hello) check() bool {
	return isID(h.Session) && isID(h.Instance) && len(h.Want) <= maxWant && h.Acked <= maxSeq && h.PushAfter <= maxSeq &&
		len(h.Ticket) <= maxToken && len(h.Resume) <= maxToken && len(h.Epoch) <= 64 && len(h.SDK) <= 64
}

// check normalises the event and reports whether its envelope is well formed and its provider is the ticket's.
func (e *event) check(provider string) bool {
	if e.Seq == 0 || e.Seq > maxSeq || !isID(e.ID) || family(e.Provider) != family(provider) {
		return false
	}
	if e.Provider == provider {
		e.Provider = provider // shares the ticket's string
	}
	name, ok := normalName(e.Name)
	e.Name = name
	if len(e.Payload) == 0 {
		e.Payload = jsontext.Value("{}")
	}
	return ok
}

// isID reports whether s is 32 lower-case hex digits.
func isID(s string) bool {
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// binaryID packs an id that isID has accepted.
func binaryID(s string) (id [16]byte) {
	_, _ = hex.Decode(id[:], []byte(s)) // isID has seen it
	return id
}

// normalName reports whether name can be an event name and returns it as the catalogues write it: Pinwheel's Android SDKs
// send LOGIN_ATTEMPT for login_attempt. Names are an open set: unknown ones are passed on.
func normalName(name string) (string, bool) {
	if name == "" || len(name) > maxName || name[0] == ' ' || name[len(name)-1] == ' ' {
		return "", false
	}
	shouting := false
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return "", false
		}
		shouting = shouting || r >= 'A' && r <= 'Z'
	}
	if shouting && !strings.ContainsFunc(name, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= utf8.RuneSelf }) {
		name = strings.ToLower(name)
	}
	return name, true
}
