package router_test

import (
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// defaultLog is what slog.Default gets in this package's tests.
var defaultLog logbook

func TestMain(m *testing.M) {
	if spec := os.Getenv(clientEnv); spec != "" { // this process is the client of a benchmark
		if err := benchClient(spec); err != nil {
			panic(err)
		}
		return
	}
	slog.SetDefault(defaultLog.logger(slog.LevelInfo))
	goleak.VerifyTestMain(m)
}
