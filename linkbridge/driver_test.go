package linkbridge_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// driver runs the real script in Node: js/test/driver.mjs says what it can be told.
type driver struct {
	say     io.WriteCloser
	cmd     *exec.Cmd
	answers chan answer
	ended   chan struct{}

	mu     sync.Mutex
	states []string // what the pages reported, for a failure's sake
}

// answer is a line of the driver.
type answer struct {
	OK    string `json:"ok"`
	Error string `json:"error"`
	Page  int    `json:"page"`
	State string `json:"state"`
	Code  int    `json:"code"`
}

// node returns Node's path. The module has to be installed in js.
func node(tb testing.TB, module string) string {
	tb.Helper()
	bin := need(tb, "LINKHOOK_NODE", "node")
	if _, err := os.Stat(filepath.Join("..", "js", "node_modules", module)); err != nil {
		missing(tb, "js/node_modules has no "+module+": run npm ci in js")
	}
	return bin
}

// startDriver runs a driver until stop is called.
func startDriver(bin string) (*driver, error) {
	d := &driver{cmd: exec.Command(bin, filepath.Join("..", "js", "test", "driver.mjs")), answers: make(chan answer, 16), ended: make(chan struct{})}
	d.cmd.Stderr = os.Stderr
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	say, err := d.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.say = say
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go d.listen(out)
	return d, nil
}

func (d *driver) listen(out io.Reader) {
	defer close(d.ended)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			a.Error = "not a line of the driver: " + lines.Text()
		}
		if a.OK != "" || a.Error != "" {
			d.answers <- a
			continue
		}
		d.mu.Lock()
		d.states = append(d.states, fmt.Sprintf("%d %s %d", a.Page, a.State, a.Code))
		d.mu.Unlock()
	}
}

// tell gives a command and returns its answer.
func (d *driver) tell(format string, args ...any) (answer, error) {
	if _, err := fmt.Fprintf(d.say, format+"\n", args...); err != nil {
		return answer{}, err
	}
	select {
	case a := <-d.answers:
		if a.Error != "" {
			return a, fmt.Errorf("driver: %s: %s", format, a.Error)
		}
		return a, nil
	case <-d.ended:
		return answer{}, fmt.Errorf("driver: it ended at %s", format)
	case <-time.After(testWait):
		return answer{}, fmt.Errorf("driver: no answer to %s", format)
	}
}

// history returns what the pages reported.
func (d *driver) history() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.states...)
}

func (d *driver) stop() {
	_ = syscall.Kill(-d.cmd.Process.Pid, syscall.SIGKILL)
	<-d.ended
	_ = d.cmd.Wait()
}
