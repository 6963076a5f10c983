package crashtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Process is a node in a process of its own.
type Process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr tail
	ready  chan struct{} // closed when it listens or has ended
	done   chan struct{} // closed when it has ended
	url    string
	pid    int // of the node itself, which may run under another program
	err    error
}

// Start starts a node. The command must end up in [Node.Run] with its standard input and output.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, ready: make(chan struct{}), done: make(chan struct{})}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("crashtest: starting a node: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("crashtest: starting a node: %w", err)
	}
	p.stdin, cmd.Stderr = stdin, &p.stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("crashtest: starting a node: %w", err)
	}
	go func() {
		defer close(p.done)
		p.listen(stdout)
		p.err = cmd.Wait()
	}()
	return p, nil
}

// listen waits for the node's one line and then for its end.
func (p *Process) listen(stdout io.Reader) {
	r := bufio.NewReader(stdout)
	if line, err := r.ReadString('\n'); err == nil {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "ready" {
			p.url = f[1]
			p.pid, _ = strconv.Atoi(f[2])
		}
	}
	close(p.ready)
	_, _ = io.Copy(io.Discard, r) // it ends with the process
}

// URL waits until the node listens and returns its base URL, or why it does not.
func (p *Process) URL(ctx context.Context) (string, error) {
	select {
	case <-p.ready:
	case <-ctx.Done():
		return "", fmt.Errorf("crashtest: the node does not come up: %w", context.Cause(ctx))
	}
	if p.url == "" {
		<-p.done
		return "", fmt.Errorf("crashtest: the node did not start: %v: %s", p.err, p.stderr.String()) //nolint:errorlint // nil is possible
	}
	return p.url, nil
}

// PID returns the node's process id, once [Process.URL] has returned.
func (p *Process) PID() int { return p.pid }

// Done returns a channel that is closed when the node has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Kill ends the node with SIGKILL and returns when it is gone.
func (p *Process) Kill() {
	target := p.cmd.Process
	select {
	case <-p.ready:
		if node, err := os.FindProcess(p.pid); err == nil && p.pid > 0 {
			target = node
		}
	default: // it has not told its id yet
	}
	_ = target.Kill()   // it has ended then
	_ = p.stdin.Close() // it is gone
	<-p.done
}

// Stop lets the node finish what is in hand and end.
func (p *Process) Stop() error {
	_ = p.stdin.Close() // it has ended then, which the exit code tells
	select {
	case <-p.done:
	case <-time.After(2 * stopTime):
		p.Kill()
		return errors.New("crashtest: the node does not end")
	}
	if p.err != nil {
		return fmt.Errorf("crashtest: the node failed: %w: %s", p.err, p.stderr.String())
	}
	return nil
}

// Drain waits until the node at url has no unfinished event.
func Drain(ctx context.Context, url string) error {
	for {
		text, err := ask(ctx, http.MethodGet, url+backlogPath)
		if err == nil && text == "0" {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("crashtest: %s events are left unfinished: %w", text, errors.Join(err, context.Cause(ctx)))
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// Check has the node at url check its store.
func Check(ctx context.Context, url string) error {
	_, err := ask(ctx, http.MethodPost, url+checkPath)
	return err
}

func ask(ctx context.Context, method, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("crashtest: asking the node: %w", err)
	}
	res, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test kit's own process
	if err != nil {
		return "", fmt.Errorf("crashtest: asking the node: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("crashtest: the node answers %d: %s", res.StatusCode, text)
	}
	return string(text), err
}

// tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements [io.Writer].
func (t *tail) Write(p []byte) (int, error) {
	const keep = 4 << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if extra := len(t.text) - keep; extra > 0 {
		t.text = t.text[extra:]
	}
	return len(p), nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}
