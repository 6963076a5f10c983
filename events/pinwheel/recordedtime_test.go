package pinwheel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel"
)

const recordedLayout = "2006-01-02T15:04:05.000000-07:00"

func TestRecordedTimesAreReadExactly(t *testing.T) {
	t.Parallel()
	day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := 0; day.Year() < 10_000; n++ {
		at := day.Add(time.Duration(n*7919%86_400)*time.Second + time.Duration(n%1_000_000)*time.Microsecond)
		got, ok := pinwheel.RecordedTime([]byte(at.Format(recordedLayout)))
		require.True(t, ok)
		require.Equal(t, at, got, "the very value, its zone included")
		day = day.AddDate(0, 0, 1+n%29)
	}
}

func TestDatesThatNoCalendarHasAreNotRecordedTimes(t *testing.T) {
	t.Parallel()
	for _, date := range []string{
		"2025-00-10", "2025-13-01", "2025-01-00", "2025-01-32", "2025-04-31", "2025-02-29", "2100-02-29", "1900-02-29", "2024-02-30",
	} {
		_, ok := pinwheel.RecordedTime([]byte(date + "T00:00:00.000000+00:00"))
		require.False(t, ok, date)
	}
	for _, text := range []string{
		"2025-01-01T24:00:00.000000+00:00", "2025-01-01T00:60:00.000000+00:00", "2025-01-01T00:00:60.000000+00:00",
		"2025-01-01T00:00:00.000000+01:00", "2025-01-01 00:00:00.000000+00:00", "2025-01-01T00:00:00.000000Z",
	} {
		_, ok := pinwheel.RecordedTime([]byte(text))
		require.False(t, ok, text)
	}
	for _, text := range []string{"2024-02-29T00:00:00.000000+00:00", "2000-02-29T23:59:59.999999+00:00", "2025-12-31T00:00:00.000001+00:00"} {
		_, ok := pinwheel.RecordedTime([]byte(text))
		require.True(t, ok, text)
	}
}
