package argyle

import (
	"encoding/hex"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
)

// userAgent is that of all recorded deliveries.
const userAgent = "ReactorNetty/1.1.28"

// Sign sets the headers that Argyle would send with body: X-Argyle-Signature, made with the first key that is valid,
// Content-Type, Accept and User-Agent.
func (w *Webhooks) Sign(header http.Header, body []byte) {
	sum := w.keys.Sign(nil, events.HMACSHA512, w.clock(), body)
	header.Set(signatureHeader, hex.EncodeToString(sum))
	header.Set("Content-Type", "application/json")
	header.Set("Accept", "*/*")
	header.Set("User-Agent", userAgent)
}

// Compose returns the body that Argyle would send for an event of that kind: event, name and data, indented by two spaces and
// without a final line end, as all recorded deliveries are. The name of the subscription is that of the endpoint. Of the Meta it
// takes nothing, because Argyle sends neither an id nor a time: what it sends stands in the payload. It returns
// [ErrNotComposable] when id is no webhook kind of this generation or payload is not one JSON value.
func (w *Webhooks) Compose(id events.KindID, _ events.Meta, payload []byte) ([]byte, error) {
	if id.Provider != w.provider || id.Stream != events.StreamWebhook {
		return nil, ErrNotComposable
	}
	body := []byte(`{"event":`)
	for _, part := range []struct{ text, after string }{{id.Name, `,"name":`}, {w.name, `,"data":`}} {
		var err error
		if body, err = jsontext.AppendQuote(body, part.text); err != nil {
			return nil, ErrNotComposable
		}
		body = append(body, part.after...)
	}
	if !jsontext.Value(payload).IsValid(jsontext.AllowDuplicateNames(true)) {
		return nil, ErrNotComposable
	}
	body = append(append(body, payload...), '}')
	indented, err := jsontext.AppendFormat(nil, body, jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true),
		jsontext.WithIndent("  "))
	if err != nil { // its text could quote the payload
		return nil, ErrNotComposable
	}
	return indented, nil
}
