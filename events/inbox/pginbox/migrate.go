package pginbox

import (
	"context"
	"embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed migrations/*.sql
var migrations embed.FS

const defaultSchema = "linkhook"

// migrationLock is the advisory lock under which nodes that start together bring the schema up to date one by one.
const migrationLock = 0x6c696e6b686f6f6b // "linkhook"

// Migrate creates or updates the tables in schema, "linkhook" if it is empty, in one transaction. Nodes that start together
// wait for each other. It fails, and changes nothing, when the schema is newer than this version of the package.
func Migrate(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	if schema == "" {
		schema = defaultSchema
	}
	steps, err := steps()
	if err != nil {
		return err
	}
	name := pgx.Identifier{schema}.Sanitize()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `create schema if not exists `+name); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `create table if not exists `+name+
			`.migrations (version int primary key, applied_at timestamptz not null default now())`)
		if err != nil {
			return err
		}
		have, err := version(ctx, tx, name)
		if err != nil {
			return err
		}
		if have > len(steps) {
			return newerError(schema, have, len(steps))
		}
		for v := have + 1; v <= len(steps); v++ {
			if _, err := tx.Exec(ctx, strings.ReplaceAll(steps[v-1], "{schema}", name)); err != nil {
				return fmt.Errorf("version %d: %w", v, err)
			}
			if _, err := tx.Exec(ctx, `insert into `+name+`.migrations (version) values ($1)`, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return wrap("migrate", err)
	}
	return nil
}

func newerError(schema string, have, known int) error {
	return fmt.Errorf("schema %q has version %d and this release knows %d: update this node", schema, have, known)
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func version(ctx context.Context, q querier, schema string) (int, error) {
	var have int
	err := q.QueryRow(ctx, `select coalesce(max(version), 0) from `+schema+`.migrations`).Scan(&have)
	return have, err
}

// checkVersion reports a schema that is not the one this package needs.
func checkVersion(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	steps, err := steps()
	if err != nil {
		return err
	}
	have, err := version(ctx, pool, pgx.Identifier{schema}.Sanitize())
	if err != nil {
		return wrap("read the schema's version (run pginbox.Migrate first)", err)
	}
	if have < len(steps) {
		return fmt.Errorf("pginbox: schema %q has version %d and this release needs %d: run pginbox.Migrate", schema, have, len(steps))
	}
	if have > len(steps) {
		return fmt.Errorf("pginbox: %w", newerError(schema, have, len(steps)))
	}
	return nil
}

// steps returns the migrations in order; file names start with their number.
func steps() ([]string, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, wrap("read the migrations", err)
	}
	out := make([]string, len(files))
	for i, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("pginbox: migration %s is out of order", f.Name())
		}
		text, err := migrations.ReadFile("migrations/" + f.Name())
		if err != nil {
			return nil, wrap("read the migrations", err)
		}
		out[i] = string(text)
	}
	return out, nil
}
