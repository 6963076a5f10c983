package boltinbox_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

// fill gives every field of a struct a value that is not zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f := v.Field(i)
		switch f.Kind() {
		case reflect.String:
			f.SetString(v.Type().Field(i).Name)
		case reflect.Uint8, reflect.Uint64:
			f.SetUint(1)
		case reflect.Int:
			f.SetInt(1)
		case reflect.Struct:
			if f.Type() == reflect.TypeFor[time.Time]() {
				f.Set(reflect.ValueOf(time.Date(2031, 1, 2, 3, 4, 5, 6000, time.UTC)))
				continue
			}
			fill(t, f)
		default:
			t.Fatalf("%s has a kind that the test does not know: teach it, and the codec", v.Type().Field(i).Name)
		}
	}
}

func TestEveryFieldOfTheMetadataIsStored(t *testing.T) {
	t.Parallel()
	var m events.Meta
	fill(t, reflect.ValueOf(&m).Elem())
	s := open(t)
	_, err := s.Append(t.Context(), []inbox.Arrival{{Meta: m, Body: []byte("b")}})
	require.NoError(t, err)
	got, err := s.Find(t.Context(), 1)
	require.NoError(t, err)
	m.Attempt, m.Handler = 0, ""
	require.Equal(t, m, got.Meta)
}

func FuzzRecordDecoder(f *testing.F) {
	rec, _ := boltinbox.Samples()
	fuzz(f, rec, boltinbox.Codec)
}

func FuzzStatusDecoder(f *testing.F) {
	_, stat := boltinbox.Samples()
	fuzz(f, stat, boltinbox.StatusCodec)
}

// fuzz checks that a decoder neither panics nor makes something up: what it accepts is stable once written again.
func fuzz(f *testing.F, sample []byte, codec func([]byte) ([]byte, error)) {
	f.Helper()
	f.Add(sample)
	f.Add([]byte{})
	for i := range sample {
		f.Add(sample[:i])
		broken := bytes.Clone(sample)
		broken[i] ^= 0xff
		f.Add(broken)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := codec(b)
		if err != nil {
			require.ErrorIs(t, err, inbox.ErrCorrupt)
			return
		}
		twice, err := codec(once)
		require.NoError(t, err)
		require.Equal(t, once, twice)
	})
}

func TestTheHeadIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	_, err := boltinbox.HeadCodec([]byte("short"))
	require.ErrorIs(t, err, inbox.ErrCorrupt)
	full := make([]byte, 8*14)
	for i := range full {
		full[i] = byte(i)
	}
	again, err := boltinbox.HeadCodec(full)
	require.NoError(t, err)
	require.Equal(t, full, again)
}
