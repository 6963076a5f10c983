package js_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/js"
)

func TestIntegrityIsTheHashOfTheScript(t *testing.T) {
	t.Parallel()
	sum := sha512.Sum384(js.Script())
	require.Equal(t, js.Integrity, "sha384-"+base64.StdEncoding.EncodeToString(sum[:]))
}

func TestScriptFitsItsBudget(t *testing.T) {
	t.Parallel()
	const budget = 4300 // bytes of gzip as Go makes it; the build holds the stricter promise by zlib
	var packed bytes.Buffer
	zw, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	require.NoError(t, err)
	_, err = zw.Write(js.Script())
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	require.LessOrEqual(t, packed.Len(), budget)
}

func TestScriptIsStrictAsciiWithoutEvaluation(t *testing.T) {
	t.Parallel()
	script := js.Script()
	// Sloppy mode would replace an undefined this on its way to the host's callback.
	require.True(t, bytes.HasPrefix(script, []byte(`"use strict";`)))
	for _, b := range script {
		require.Less(t, b, byte(0x80), "the script is the same in every charset")
	}
	for _, banned := range []string{"eval(", "Function(", "innerHTML", "document.write", "document.cookie", "localStorage", "unload\""} {
		require.NotContains(t, string(script), banned)
	}
}

func TestCallersCannotChangeTheEmbeddedBytes(t *testing.T) {
	t.Parallel()
	js.Script()[0] = 'X'
	js.Protocol()[0] = 'X'
	require.Equal(t, byte('"'), js.Script()[0])
	require.Equal(t, byte('{'), js.Protocol()[0])
}

func TestProtocolIsCompleteStrictJSON(t *testing.T) {
	t.Parallel()
	var golden struct {
		Protocol   string         `json:"protocol"`
		Version    int            `json:"version"`
		Limits     map[string]int `json:"limits"`
		TimingsMS  map[string]int `json:"timings_ms"`
		CloseCodes []struct {
			Code     int    `json:"code"`
			Reaction string `json:"reaction"`
		} `json:"close"`
		Reactions map[string]string `json:"reactions"`
		Frames    struct {
			Client map[string][]map[string]any `json:"client"`
			Server map[string][]map[string]any `json:"server"`
		} `json:"frames"`
	}
	require.NoError(t, json.Unmarshal(js.Protocol(), &golden))
	require.Equal(t, "linkbridge.v1", golden.Protocol)
	require.Equal(t, 1, golden.Version)
	require.NotEmpty(t, golden.Limits)
	require.NotEmpty(t, golden.TimingsMS)
	seen := map[int]bool{}
	for _, c := range golden.CloseCodes {
		require.False(t, seen[c.Code], "code %d twice", c.Code)
		seen[c.Code] = true
		require.Contains(t, golden.Reactions, c.Reaction)
	}
	for _, side := range []map[string][]map[string]any{golden.Frames.Client, golden.Frames.Server} {
		for name, examples := range side {
			require.NotEmpty(t, examples, name)
			for _, example := range examples {
				require.Equal(t, name, example["type"])
			}
		}
	}
}
