package router_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(clientEnv); spec != "" { // this process is the client of a benchmark
		if err := benchClient(spec); err != nil {
			panic(err)
		}
		return
	}
	goleak.VerifyTestMain(m)
}
