package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/go-json-experiment/json"
)

// built is what is measured of a program.
type built struct {
	bytes   int64
	modules int // third-party modules that it links
}

// build builds the program as a package of this module that is on no disk: the go command reads it through an overlay.
func build(ctx context.Context, h host) (built, error) {
	module, err := moduleDir(ctx)
	if err != nil {
		return built{}, err
	}
	scratch, err := os.MkdirTemp("", "linkhook-size")
	if err != nil {
		return built{}, fmt.Errorf("making a scratch directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	text, err := h.source()
	if err != nil {
		return built{}, err
	}
	source, binary := filepath.Join(scratch, "main.go"), filepath.Join(scratch, "host")
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(module, "events", "internal", "size", "host", "main.go"): source},
	})
	if err != nil {
		return built{}, fmt.Errorf("describing the overlay: %w", err)
	}
	for name, content := range map[string][]byte{source: text, filepath.Join(scratch, "overlay.json"): overlay} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			return built{}, fmt.Errorf("writing the program: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", //nolint:gosec // paths of our own making
		"-overlay", filepath.Join(scratch, "overlay.json"), "-o", binary, "./events/internal/size/host")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	if err := cmd.Run(); err != nil {
		return built{}, fmt.Errorf("building %q: %w\n%s", h.title, err, problems.Bytes())
	}
	return measure(binary)
}

func measure(binary string) (built, error) {
	info, err := os.Stat(binary)
	if err != nil {
		return built{}, fmt.Errorf("measuring: %w", err)
	}
	b, err := buildinfo.ReadFile(binary)
	if err != nil {
		return built{}, fmt.Errorf("reading what was linked: %w", err)
	}
	return built{bytes: info.Size(), modules: len(b.Deps)}, nil
}
