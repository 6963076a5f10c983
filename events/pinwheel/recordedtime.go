package pinwheel

import (
	"encoding/binary"
	"time"
)

// recordedForm is how every recorded timestamp is written, eight bytes at a time. A text turned over by its pattern has digits
// as their values and everything else as 0; adding the room to it sets a byte's high bit where that is not so.
var recordedForm = [...]struct{ pattern, room uint64 }{
	formWord("0000-00-", "99990990"),
	formWord("00T00:00", "99099099"),
	formWord(":00.0000", "09909999"),
	formWord("00+00:00", "99000000"), // the zone is always UTC
}

// formWord makes eight bytes of the form from an example and from the largest value of each.
func formWord(example, largest string) (word struct{ pattern, room uint64 }) {
	for i := range 8 {
		word.pattern |= uint64(example[i]) << (8 * i)
		word.room |= uint64(0x7f-(largest[i]-'0')) << (8 * i)
	}
	return word
}

// recordedTime reads a time as Pinwheel writes it, 2006-01-02T15:04:05.000000+00:00, without looking for its form. It
// leaves every other form, and every date that a calendar does not have, to time.Parse.
func recordedTime(text []byte) (time.Time, bool) {
	const high = 0x8080808080808080
	var pairs [len(recordedForm)]uint64 // a byte for each place: what it says and the place behind it, as a number of two digits
	if len(text) != 8*len(pairs) {
		return time.Time{}, false
	}
	for i, word := range recordedForm {
		x := binary.LittleEndian.Uint64(text[8*i:]) ^ word.pattern
		if (x|(x+word.room))&high != 0 {
			return time.Time{}, false
		}
		pairs[i] = 10*x + x>>8
	}
	two := func(at int) int { return int(pairs[at/8] >> (at % 8 * 8) & 0xff) }
	year, month, day := 100*two(0)+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if month < 1 || month > 12 || day < 1 || day > 28 && day > monthDays(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	microsecond := 10_000*two(20) + 100*two(22) + two(24)
	seconds := ((daysUntil(year, month, day)*24+hour)*60+minute)*60 + second
	return time.Unix(int64(seconds), int64(microsecond)*1000).UTC(), true
}

// daysUntil counts the days from the first of 1970 to that date. The year begins with March here, so that a leap day is the last of
// one, and (153*m+2)/5 is the number of days before its month m: 0, 31, 61, 92 and so on.
func daysUntil(year, month, day int) int {
	if month < 3 {
		year, month = year-1, month+12
	}
	year += 400 // so that nothing is divided that is less than zero
	const epoch = 719468 + 146097
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - epoch
}

// monthDays returns how many days the month has.
func monthDays(year, month int) int {
	return daysUntil(year+month/12, month%12+1, 1) - daysUntil(year, month, 1)
}
