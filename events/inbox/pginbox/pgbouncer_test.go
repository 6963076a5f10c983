package pginbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

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
	msg := "none of " + strings.Join(names, ", ") + " is installed (or set " + env + ")"
	if os.Getenv("LINKHOOK_CI") == "1" {
		tb.Fatal(msg)
	}
	tb.Skip(msg)
	return ""
}

// bouncer starts a PgBouncer in transaction mode in front of the database of pool and returns a connection string.
func bouncer(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	program := need(t, "LINKHOOK_PGBOUNCER", "pgbouncer", "/usr/sbin/pgbouncer")
	dir, err := os.MkdirTemp("", "pgbouncer") //nolint:usetesting // only this user may enter the parents of t.TempDir
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	args := []string{"-q", filepath.Join(dir, "pgbouncer.ini")}
	if me, err := user.Current(); err == nil && me.Uid == "0" {
		args = append(args, "-u", "nobody") // it refuses to be root
	}
	cfg := pool.Config().ConnConfig
	for range 20 {
		port := 20_000 + rand.N(12_000) // below the ports that connections are given
		ini := fmt.Sprintf("[databases]\n* = host=%s port=%d user=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
			"auth_type = any\npool_mode = transaction\nunix_socket_dir =\nignore_startup_parameters = extra_float_digits\n",
			cfg.Host, cfg.Port, cfg.User, port)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "pgbouncer.ini"), []byte(ini), 0o644))
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		require.NoError(t, cmd.Start())
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
		url := fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable&default_query_exec_mode=exec", cfg.User, port, cfg.Database)
		if answers(url, ended) {
			return url
		}
	}
	require.FailNow(t, "pgbouncer ends at once, on twenty ports")
	return ""
}

// answers waits until there are connections at url; it is false when the server has ended.
func answers(url string, ended <-chan struct{}) bool {
	for {
		conn, err := pgx.Connect(context.Background(), url)
		ping := err == nil
		if ping {
			_ = conn.Close(context.Background())
		}
		select {
		case <-ended: // somebody else has the port, and may have answered
			return false
		case <-time.After(50 * time.Millisecond):
			if ping {
				return true
			}
		}
	}
}

func TestPgBouncerInTransactionMode(t *testing.T) {
	t.Parallel()
	direct, schema := database(t)
	url := bouncer(t, direct)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	store, err := pginbox.Open(t.Context(), pool, &pginbox.Options{Schema: schema, Listen: direct.Config().ConnString()})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()

	table := pgx.Identifier{schema, "effects"}.Sanitize()
	_, err = direct.Exec(t.Context(), "create table "+table+" (n int)")
	require.NoError(t, err)
	const n = 50
	for i := range n {
		_, err := store.Append(t.Context(), []inbox.Arrival{arrival(fmt.Sprint(i), fmt.Sprint("lane", i%7)), arrival(fmt.Sprint(i), "")})
		require.NoError(t, err)
	}
	handled := 0
	for {
		claims, _, err := store.Claim(t.Context(), 5, time.Minute)
		require.NoError(t, err)
		if len(claims) == 0 {
			break
		}
		for i := range claims {
			done, err := store.WithTx(t.Context(), claims[i].Ref(), "ledger", func(ctx context.Context) error {
				return book(ctx, "insert into "+table+" values (1)")
			})
			require.NoError(t, err)
			require.True(t, done)
			require.NoError(t, store.Finish(t.Context(), claims[i].Ref(), inbox.Outcome{State: inbox.Done}))
			handled++
		}
	}
	require.Equal(t, n, handled)
	var effects int
	require.NoError(t, direct.QueryRow(t.Context(), "select count(*) from "+table).Scan(&effects))
	require.Equal(t, n, effects)
	select {
	case <-store.Wake(): // the direct connection listens
	case <-time.After(5 * time.Minute):
		t.Fatal("the store was not woken")
	}
}
