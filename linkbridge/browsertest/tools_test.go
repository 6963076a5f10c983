package browsertest_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// patience bounds every wait; it only passes in a test that fails.
const patience = 2 * time.Minute

// need returns the path of the first of names that is installed. Without any of them the test is skipped, or fails where
// LINKHOOK_CI=1.
func need(tb testing.TB, env string, names ...string) string {
	tb.Helper()
	for _, name := range append([]string{os.Getenv(env)}, names...) {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(tb, "none of "+strings.Join(names, ", ")+" is installed (or set "+env+")")
	return ""
}

// needPackage returns the path of an npm package of the js folder, under the same rule.
func needPackage(tb testing.TB, name string) string {
	tb.Helper()
	path := "../../js/node_modules/" + name
	if _, err := os.Stat(path); err != nil {
		missing(tb, name+" is not installed: run npm ci in js")
	}
	return path
}

func missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("LINKHOOK_CI") == "1" {
		tb.Fatal(what)
	}
	tb.Skip(what)
}

// command makes a process with a group of its own, so that it can be ended with all that it starts.
func command(path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// kill ends a process and its group, at once.
func kill(cmd *exec.Cmd) {
	if cmd.Process == nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	_ = cmd.Wait()
}

// quoted returns v as an expression of JavaScript.
func quoted(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("browsertest: " + err.Error())
	}
	return string(data)
}

// awaitOrFail waits until ch is closed; it fails with what and the detail when that does not happen.
func awaitOrFail(tb testing.TB, ch <-chan struct{}, what string, detail func() string) {
	tb.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-ch:
	case <-timer.C:
		if detail != nil {
			what += ": " + detail()
		}
		tb.Fatal(what)
	}
}
