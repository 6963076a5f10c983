package browsertest_test

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(nodeVariable); dir != "" {
		os.Exit(runNode(dir))
	}
	flag.Parse()
	_ = flag.Set("test.parallel", "8") // these tests wait for browsers and for time to pass, hardly ever for a core
	code := m.Run()
	theChromium.stop()
	theFirefox.stop()
	os.Exit(code)
}
