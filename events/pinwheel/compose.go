package pinwheel

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
)

// Version is the webhook version whose payloads the types of this package follow. Newer members of earlier and later
// versions are typed as well; see the fields.
const Version = "2025-07-08"

// Sign sets the headers that Pinwheel would send with body now: X-Timestamp, X-Pinwheel-Signature, Content-Type and, unless
// it is there already, Pinwheel-Version. It signs with the first key that is valid.
func (w *Webhooks) Sign(header http.Header, body []byte) {
	now := w.clock()
	stamp := strconv.FormatInt(now.Unix(), 10)
	sum := w.keys.Sign(nil, events.HMACSHA256, now, body, version, stamp, ":")
	header.Set(timestampHeader, stamp)
	header.Set(signatureHeader, signaturePrefix+hex.EncodeToString(sum))
	header.Set("Content-Type", "application/json")
	if header.Get(versionHeader) == "" {
		header.Set(versionHeader, Version)
	}
}

// Compose returns the body that Pinwheel would send for an event of that kind: event_id, event and payload, in the order and
// with the spaces of recorded deliveries. Of the Meta it takes the ID, and makes a random one when there is none; what else
// Pinwheel sends stands in the payload. It returns [ErrNotComposable] when id is no webhook kind of this provider or payload
// is not one JSON value.
func (w *Webhooks) Compose(id events.KindID, meta events.Meta, payload []byte) (body []byte, err error) {
	if id.Provider != Provider || id.Stream != events.StreamWebhook {
		return nil, ErrNotComposable
	}
	eventID := meta.ID
	if eventID == "" {
		eventID = randomID()
	}
	body = make([]byte, 0, len(payload)+len(payload)/8+128)
	body = append(body, `{"event_id": `...)
	if body, err = appendQuoted(body, eventID); err != nil {
		return nil, err
	}
	body = append(body, `, "event": `...)
	if body, err = appendQuoted(body, id.Name); err != nil {
		return nil, err
	}
	body = append(body, `, "payload": `...)
	body, err = jsontext.AppendFormat(body, payload, jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true),
		jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true))
	if err != nil { // its text could quote the payload
		return nil, ErrNotComposable
	}
	return append(body, '}'), nil
}

func appendQuoted(dst []byte, text string) ([]byte, error) {
	dst, err := jsontext.AppendQuote(dst, text)
	if err != nil {
		return nil, fmt.Errorf("%w: a name is not valid UTF-8", ErrNotComposable)
	}
	return dst, nil
}

// randomID returns a random UUID, which is what Pinwheel's event ids are.
func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
