package pginbox

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// errKeyGone says that a key went away between the statements of one transaction.
var errKeyGone = errors.New("a deduplication key was pruned meanwhile")

// transient reports whether the database rolled the transaction back for a reason that another try does not meet.
func transient(err error) bool {
	if errors.Is(err, errKeyGone) {
		return true
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code == "40001" || pg.Code == "40P01" // serialization failure, deadlock
}

// aboutData reports whether the database refused the data itself, so that what else is in the batch may pass.
func aboutData(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && len(pg.Code) == 5 && (pg.Code[:2] == "22" || pg.Code[:2] == "23" || pg.Code[:2] == "54")
}
