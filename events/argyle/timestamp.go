package argyle

import "time"

// Timestamp is a point in time as Argyle writes it, kept as it stands on the wire so that an unusual one costs no event.
// Webhooks carry microseconds and Z, API answers milliseconds and Z, and v1 bodies often no zone at all. The empty Timestamp
// stands for null and for absent, and encodes as null.
type Timestamp string

// TimestampOf writes t as v2 webhooks do.
func TimestampOf(t time.Time) Timestamp {
	return Timestamp(t.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// timeLayouts are what has been seen or is likely: RFC 3339 with or without a fraction, the same without a zone, a date.
var timeLayouts = [...]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly}

// Time returns the point in time, in UTC, and the zero time when the text is none. A text without a zone is taken for UTC.
func (t Timestamp) Time() time.Time {
	if len(t) < len(time.DateOnly) || len(t) > 64 {
		return time.Time{}
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, string(t)); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// MarshalJSON writes the text as it came, or null for the empty one.
func (t Timestamp) MarshalJSON() ([]byte, error) { return quoteOrNull(t) }
