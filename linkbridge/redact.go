package linkbridge

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The redaction list. The script applies it in the browser; the bridge applies it again, because a page can carry an old
// script or none. js/protocol.json holds the same list.
const (
	redactedMark    = "[redacted]"
	shortenedLength = 200 // characters kept of free text
)

// redactedKeys are credentials and what a user typed; their values never reach the bus. Case does not count.
var redactedKeys = map[string]bool{
	"linktoken": true, "usertoken": true, "term": true, "query": true, "accountname": true, "institutionname": true,
}

// redactedByEvent are keys that are sensitive in one event only: the URL of a filled direct-deposit form.
var redactedByEvent = map[string]map[string]bool{"pinwheel/dd_form_create": {"url": true}}

// shortenedKeys are free text for people.
var shortenedKeys = map[string]bool{"message": true, "errormessage": true, "errordetails": true}

// longestKey is the length of the longest name on the lists.
const longestKey = 15

// maxDepth is how deep a payload that needs redaction is looked into; what lies deeper is redacted whole.
const maxDepth = 32

// redact returns the payload with the redaction list applied. It returns payload itself when nothing is on the list.
// The payload is valid JSON.
func redact(provider, name string, payload jsontext.Value) (jsontext.Value, error) {
	extra := redactedByEvent[family(provider)+"/"+name]
	if extra == nil && !suspicious(payload) {
		return payload, nil
	}
	var out bytes.Buffer
	r := redactor{enc: jsontext.NewEncoder(&out), extra: extra}
	if err := r.value("", payload, 0); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// redactor writes a payload anew.
type redactor struct {
	enc   *jsontext.Encoder
	extra map[string]bool
}

// value writes one value, which stands under that label.
func (r *redactor) value(label string, v jsontext.Value, depth int) error {
	label = strings.ToLower(label)
	kind := v.Kind()
	secret := redactedKeys[label] || r.extra[label]
	switch {
	case kind != 'n' && (secret || depth > maxDepth):
		return r.enc.WriteToken(jsontext.String(redactedMark))
	case kind == '{':
		return r.object(v, depth+1)
	case kind == '[':
		return r.array(v, depth+1)
	case kind == '"' && shortenedKeys[label]:
		text, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return err
		}
		return r.enc.WriteToken(jsontext.String(shorten(string(text), shortenedLength)))
	default:
		return r.enc.WriteValue(v)
	}
}

// object writes an object. Pinwheel's other_event holds pairs of key and value, whose label is what key says.
func (r *redactor) object(v jsontext.Value, depth int) error {
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	type member struct {
		name  string
		value jsontext.Value
	}
	var members []member
	pair := ""
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		m := member{name: tok.String()}
		if m.value, err = dec.ReadValue(); err != nil {
			return err
		}
		m.value = m.value.Clone()
		if m.name == "key" && m.value.Kind() == '"' {
			text, err := jsontext.AppendUnquote(nil, m.value)
			if err != nil {
				return err
			}
			pair = string(text)
		}
		members = append(members, m)
	}
	if err := r.enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, m := range members {
		if err := r.enc.WriteToken(jsontext.String(m.name)); err != nil {
			return err
		}
		label := m.name
		if label == "value" && pair != "" {
			label = pair
		}
		if err := r.value(label, m.value, depth); err != nil {
			return err
		}
	}
	return r.enc.WriteToken(jsontext.EndObject)
}

// array writes an array.
func (r *redactor) array(v jsontext.Value, depth int) error {
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if err := r.enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		element, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := r.value("", element, depth); err != nil {
			return err
		}
	}
	return r.enc.WriteToken(jsontext.EndArray)
}

// shorten cuts s after n characters.
func shorten(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// suspicious reports whether payload may hold a name on the list. An escape may hide one, so it counts too.
func suspicious(payload []byte) bool {
	for rest := payload; ; {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return false
		}
		if word := rest[:end]; listed(word) || bytes.IndexByte(word, '\\') >= 0 {
			return true
		}
		rest = rest[end+1:]
	}
}

// listed reports whether word is on a list, whatever its case. Names that are not ASCII are on none.
func listed(word []byte) bool {
	if len(word) > longestKey {
		return false
	}
	var lower [longestKey]byte
	for i, c := range word {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	name := lower[:len(word)]
	return redactedKeys[string(name)] || shortenedKeys[string(name)]
}

// prefix returns enough of an id for logs to tell sessions apart, and too little to use it.
func prefix(id string) string { return strings.Clone(id[:min(8, len(id))]) }
