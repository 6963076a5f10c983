package pinwheel

import "time"

// Timestamp is a point in time as Pinwheel writes it, kept as it stands on the wire so that an unusual one costs no event:
// ISO 8601 with microseconds and +00:00 in recorded traffic. The empty Timestamp stands for null and for absent.
type Timestamp string

// TimestampOf writes t as Pinwheel does.
func TimestampOf(t time.Time) Timestamp {
	return Timestamp(t.UTC().Format("2006-01-02T15:04:05.000000-07:00"))
}

// timeLayouts are what has been seen or is likely: RFC 3339 with or without a fraction, the same without a zone, a date.
var timeLayouts = [...]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly}

// Time returns the point in time, in UTC, and the zero time when the text is none. A text without a zone is taken for UTC.
func (t Timestamp) Time() time.Time {
	if len(t) < len(time.DateOnly) || len(t) > 64 {
		return time.Time{}
	}
	if at, ok := recordedTime([]byte(t)); ok {
		return at
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, string(t)); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// Date is a calendar date as Pinwheel writes it, YYYY-MM-DD, kept as it stands on the wire. The empty Date stands for null and
// for absent; Link also sends it for a bill whose frequency is other.
type Date string

// DateOf returns the date of t in t's own zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time returns midnight UTC of that date, and the zero time when the text does not begin with a date.
func (d Date) Time() time.Time {
	if len(d) < len(time.DateOnly) {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, string(d[:len(time.DateOnly)]))
	if err != nil {
		return time.Time{}
	}
	return at
}
