package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	account    = "postgres" // Postgres refuses to run as root
	lowestPort = 20_000     // ephemeral ports start at 32768
	ports      = 12_000
	upTime     = time.Minute
	askPause   = 20 * time.Millisecond
)

// cluster is a Postgres server of the program's own.
type cluster struct {
	dir, bin string
	port     int
	server   *exec.Cmd
	ended    chan struct{}
}

// newCluster makes a cluster in a temporary folder.
func newCluster(ctx context.Context) (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "crash-pg")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	c := &cluster{dir: dir, bin: bin}
	if c.port, err = freePort(); err != nil {
		return nil, errors.Join(err, c.remove())
	}
	if err := c.own(); err != nil {
		return nil, errors.Join(err, c.remove())
	}
	initdb := c.command(ctx, "initdb", "-D", c.data(), "-U", account, "--auth=trust", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("making a cluster: %w: %s", err, out), c.remove())
	}
	return c, nil
}

// binaries returns the folder of the newest server that is installed.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	list, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(list) == 0 {
		return "", errors.New("no Postgres server is installed")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return filepath.Dir(slices.MaxFunc(list, func(a, b string) int { return version(a) - version(b) })), nil
}

func freePort() (int, error) {
	for range 20 {
		port := lowestPort + rand.N(ports)                                                    //nolint:gosec // any will do
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) //nolint:noctx // closed at once
		if err == nil {
			return port, listener.Close()
		}
	}
	return 0, errors.New("no free port was found")
}

// own gives the folder to the account that the server runs as.
func (c *cluster) own() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup(account)
	if err != nil {
		return fmt.Errorf("Postgres does not run as root: %w", err) //nolint:staticcheck // a name
	}
	uid, errUID := strconv.Atoi(u.Uid)
	gid, errGID := strconv.Atoi(u.Gid)
	return errors.Join(errUID, errGID, os.Chown(c.dir, uid, gid))
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// command runs one of the server's programs as its account.
func (c *cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	line := append([]string{filepath.Join(c.bin, name)}, args...)
	if os.Getuid() == 0 {
		line = append([]string{"runuser", "-u", account, "--"}, line...)
	}
	cmd := exec.CommandContext(ctx, line[0], line[1:]...) //nolint:gosec // the installed server
	cmd.Dir = c.dir
	return cmd
}

// url returns the connection string.
func (c *cluster) url() string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/postgres?sslmode=disable", account, c.port)
}

// up starts the server and returns when it answers. While processes of a server that was killed are still there, a new
// one refuses to start; then it tries again.
func (c *cluster) up(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, upTime)
	defer cancel()
	for {
		if err := c.start(); err != nil {
			return err
		}
		for c.running() {
			if c.answers(ctx) {
				return nil
			}
			if ctx.Err() != nil {
				return fmt.Errorf("the server does not answer: %w", context.Cause(ctx))
			}
			pause(ctx, askPause)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the server does not start: %w: %s", context.Cause(ctx), c.log())
		}
		pause(ctx, askPause)
	}
}

func (c *cluster) start() error {
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the server's log: %w", err)
	}
	defer log.Close() //nolint:errcheck // the server has it
	// Its end is the program's to bring about, not a context's.
	c.server = c.command(context.Background(), "postgres", "-D", c.data(), "-p", strconv.Itoa(c.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200")
	c.server.Stdout, c.server.Stderr = log, log
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("starting the server: %w", err)
	}
	ended := make(chan struct{})
	c.ended = ended
	go func() {
		_ = c.server.Wait() // killed is how it ends here
		close(ended)
	}()
	return nil
}

func (c *cluster) running() bool {
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// answers reports whether the server takes connections.
func (c *cluster) answers(ctx context.Context) bool {
	conn, err := pgx.Connect(ctx, c.url())
	if err != nil {
		return false
	}
	return conn.Close(ctx) == nil
}

// kill ends the server's first process with SIGKILL, as the kernel does when memory runs out. The others notice and end.
func (c *cluster) kill() error {
	note, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	first, _, _ := bytes.Cut(note, []byte("\n"))
	pid, err := strconv.Atoi(strings.TrimSpace(string(first)))
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	server, err := os.FindProcess(pid)
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	if err := server.Kill(); err != nil {
		return fmt.Errorf("killing the server: %w", err)
	}
	<-c.ended
	return nil
}

// remove stops the server and deletes everything.
func (c *cluster) remove() error {
	var err error
	if c.server != nil && c.running() {
		stop := c.command(context.Background(), "pg_ctl", "-D", c.data(), "-m", "immediate", "-w", "stop")
		if out, e := stop.CombinedOutput(); e != nil {
			err = fmt.Errorf("stopping the server: %w: %s", e, out)
		} else {
			<-c.ended
		}
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

// log returns the end of the server's log.
func (c *cluster) log() string {
	const keep = 2 << 10
	f, err := os.Open(filepath.Join(c.dir, "log"))
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	text, _ := io.ReadAll(f)
	return string(text[max(0, len(text)-keep):])
}

// pause waits for d or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
