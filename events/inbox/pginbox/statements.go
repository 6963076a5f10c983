package pginbox

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// statements are the store's SQL with the schema's name in place. In all of them $1 of a statement that needs the time is
// the time set with inbox.At, or null for the time at which the database received the statement.
//
// Nodes must not lock each other out, so whatever waits for locks on several rows takes them in one order: entries by their key,
// then deduplication keys by theirs, then events by id. An append inserts deduplication keys before it locks those that are
// there; nobody waits for an insert who has locked any. Claims and pruning skip what is locked and never wait.
type statements struct {
	dropExpired, createEntries, shareEntries          string
	nextIDs, takeKeys, dropKeys, holders, setKeys     string
	lockKeys, lockTwins, lockHolder, confirm, revive  string
	expire, ordered, candidates, lease, nextDue       string
	extend, complete, finish                          string
	replay, discard                                   string
	pruneEntries, pruneBodies, old, prune             string
	lockForErase, blank, dropEntries                  string
	find, list, counts, estimate, oldest              string
	get, put, remove, swapNew, swap, swapRemove, scan string
	lockPushes, appendPush, pushesAfter, prunePushes  string
}

const (
	now     = `coalesce($1::timestamptz, statement_timestamp())`
	columns = `id, state, meta, order_key, stored_at, since, next_at, finished_at, attempt, handlers, reason, conflict_of,
		synthetic, confirmed, replays, size`
	revived = `state = 1, since = ` + now + `, due_at = ` + now + `, next_at = null, finished_at = null, reason = '',
		detail = null, attempt = 0`
	keepDone = `case when $3 then '{}' else (
		select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(handlers) where value = 'false') end`
	// isFirst is true of an event e when its order key is free and no older event of it is due.
	isFirst = `(order_key = '' or not exists (
				select 1 from {s}.events o where o.order_key = e.order_key and o.order_key <> '' and o.state = 2
			) and not exists (
				select 1 from {s}.events o where o.order_key = e.order_key and o.order_key <> '' and o.state = 1
				and o.due_at <= ` + now + ` and o.id < e.id))`
	lockAll = `select id from {s}.events where id = any($2) order by id for update`
	alive   = `(expires_at is null or expires_at > ` + now + `)`
)

func newStatements(schema string) statements { //nolint:funlen // one list, nothing to follow
	name := pgx.Identifier{schema}.Sanitize()
	in := func(sql string) string { return strings.ReplaceAll(sql, "{s}", name) }
	return statements{
		dropExpired: in(`delete from {s}.entries where key in (
			select key from {s}.entries where key = any($2) and not ` + alive + ` order by key for update skip locked)`),
		createEntries: in(`insert into {s}.entries (key, value) select k, v from unnest($1::text[], $2::bytea[]) as t (k, v)
			on conflict (key) do nothing`),
		shareEntries: in(`select key, value from {s}.entries where key = any($2) and ` + alive + ` order by key for share`),

		nextIDs: in(`select nextval('{s}.event_ids') from generate_series(1, $1::int)`),
		takeKeys: in(`insert into {s}.keys (key, event_id) select k, e from unnest($1::bytea[], $2::bigint[]) as t (k, e)
			on conflict (key) do nothing returning key`),
		dropKeys: in(`delete from {s}.keys where key = any($1) and event_id = $2`),
		lockKeys: in(`select 1 from {s}.keys where key = any($1) order by key for update`),
		holders: in(`select k.key, e.id, e.state, e.finished_at, e.dedup_for, e.digest, e.synthetic
			from {s}.keys k join {s}.events e on e.id = k.event_id where k.key = any($1)`),
		setKeys: in(`insert into {s}.keys (key, event_id) select unnest($1::bytea[]), $2
			on conflict (key) do update set event_id = excluded.event_id`),
		lockTwins: in(`select 1 from {s}.events where synthetic and id in (select event_id from {s}.keys where key = any($1))
			order by id for update`),
		lockHolder: in(`select ` + columns + `, null::bytea, null::bytea from {s}.events where id = $1 for update`),
		confirm: in(`update {s}.events set meta = $2, provider = $3, kind = $4, account_id = $5, end_user_id = $6,
			link_token_id = $7, session = $8, digest = $9, dedup_for = $10, size = $11, body = $12, synthetic = false,
			confirmed = true where id = $1`),
		revive: in(`update {s}.events set ` + revived + `, handlers = ` + keepDone + ` where id = any($2)`),

		expire: in(`update {s}.events set state = 1, due_at = lease_until, next_at = null, lease_until = null
			where id in (select id from {s}.events where state = 2 and lease_until <= ` + now + ` for update skip locked)`),
		// A table that has not been analysed since it filled up must not be sorted for each claim.
		ordered: `select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
			set_config('enable_sort', 'off', true)`,
		candidates: in(`select id, order_key <> '' and not pg_try_advisory_xact_lock(hashtextextended('{s} ' || order_key, 0))
			from (
				select id, order_key from {s}.events e
				where state = 1 and due_at <= ` + now + ` and ` + isFirst + `
				order by due_at, id limit $2 for update skip locked
			) as c`),
		lease: in(`update {s}.events e set state = 2, token = nextval('{s}.tokens'), next_at = null, attempt = attempt + 1,
			lease_until = ` + now + ` + $2::interval
			where id = any($3) and state = 1 and due_at <= ` + now + ` and ` + isFirst + `
			returning ` + columns + `, body, null::bytea, token, ` + now),
		nextDue: in(`select least(
			(select min(due_at) from {s}.events where state = 1 and due_at > ` + now + `),
			(select min(lease_until) from {s}.events where state = 2)), ` + now),

		extend:   in(`update {s}.events set lease_until = ` + now + ` + $4::interval where id = $2 and token = $3 and state = 2`),
		complete: in(`update {s}.events set handlers = handlers || $3::jsonb where id = $1 and token = $2 and state = 2`),
		finish: in(`with held as materialized (
				select o.id as held_id from {s}.events o where o.id = any($2) and o.state = 2 order by o.id for update)
			update {s}.events e set state = f.state, handlers = e.handlers || f.handlers::jsonb, reason = f.reason,
			detail = f.detail, lease_until = null, attempt = e.attempt - f.released, due_at = ` + now + ` + f.wait * interval '1 us',
			next_at = case when f.state = 1 and f.wait > 0 then ` + now + ` + f.wait * interval '1 us' end,
			finished_at = case when f.state > 2 then ` + now + ` end
			from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::bytea[], $8::smallint[], $9::bigint[])
				as f (id, token, state, handlers, reason, detail, released, wait) join held on held_id = f.id
			where e.id = f.id and e.token = f.token and e.state = 2 returning e.id, e.token`),

		replay: in(`with held as materialized (` + lockAll + `)
			update {s}.events set ` + revived + `, replays = replays + 1, handlers = ` + keepDone + `
			where id in (select id from held) and state > 2 and body is not null`),
		discard: in(`with held as materialized (` + lockAll + `)
			update {s}.events set state = 6, finished_at = ` + now + ` where id in (select id from held) and state = 5`),
		pruneEntries: in(`delete from {s}.entries where key in (
			select key from {s}.entries where expires_at <= ` + now + ` for update skip locked)`),
		pruneBodies: in(`update {s}.events set body = null, detail = null, size = 0 where id in (
			select id from {s}.events where state > 2 and state <> 5 and finished_at <= ` + now + ` - $2::interval
			and (body is not null or detail is not null) order by finished_at limit $3 for update skip locked)`),
		old: in(`select id from {s}.events where finished_at <= ` + now + ` - $2::interval and state > 2 and (state = 5) = $3
			order by finished_at limit $4 for update skip locked`),
		prune: in(`with held as materialized (
				select key, event_id from {s}.keys where event_id = any($1) for update skip locked),
			wanted as (select distinct event_id from {s}.keys where event_id = any($1) and key not in (select key from held)),
			gone as (delete from {s}.events where id = any($1) and id not in (select event_id from wanted) returning id),
			keys as (delete from {s}.keys k using held, gone where k.key = held.key and held.event_id = gone.id)
			select count(*) from gone`),
		lockForErase: in(`select ` + columns + `, null::bytea, null::bytea from {s}.events where id = any($1) order by id for update`),
		blank: in(`update {s}.events set state = 7, meta = $3, order_key = '', account_id = '', end_user_id = '',
			link_token_id = '', session = '', token = 0, lease_until = null, next_at = null, handlers = '{}', reason = '',
			detail = null, replays = 0, conflict_of = 0, synthetic = false, confirmed = false, size = 0, body = null,
			finished_at = coalesce(finished_at, ` + now + `) where id = $2`),
		dropEntries: in(`with held as materialized (select key from {s}.entries where key = any($1) order by key for update)
			delete from {s}.entries where key in (select key from held)`),

		find: in(`select ` + columns + `, body, detail from {s}.events where id = $1`),
		list: in(`select ` + columns + `, null::bytea, null::bytea from {s}.events where `),
		counts: in(`select state, count(*), count(*) filter (where state = 1 and due_at > ` + now + `) from {s}.events
			where state in (1, 2, 5) or $2 group by state`),
		estimate: in(`select greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
			from pg_class c where c.oid = '{s}.events'::regclass`),
		oldest: in(`select stored_at from {s}.events where state in (1, 2) order by id limit 1`),

		lockPushes:  in(`select pg_advisory_xact_lock(hashtextextended('{s} pushes', 0))`),
		appendPush:  in(`insert into {s}.pushes (topic, push, expires_at) values ($1, $2, statement_timestamp() + $3::interval)`),
		pushesAfter: in(`select n, topic, push from {s}.pushes where n > $1 and expires_at > statement_timestamp() order by n`),
		prunePushes: in(`delete from {s}.pushes where n in (
			select n from {s}.pushes where expires_at <= statement_timestamp() for update skip locked)`),

		get: in(`select value from {s}.entries where key = $2 and ` + alive),
		put: in(`insert into {s}.entries (key, value, expires_at) values ($2, $3, ` + now + ` + $4::interval)
			on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at`),
		remove: in(`delete from {s}.entries where key = $1`),
		swapNew: in(`insert into {s}.entries as e (key, value, expires_at) values ($2, $3, ` + now + ` + $4::interval)
			on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
			where e.expires_at <= ` + now),
		swap: in(`update {s}.entries set value = $3, expires_at = ` + now + ` + $4::interval
			where key = $2 and value = $5 and ` + alive),
		swapRemove: in(`delete from {s}.entries where key = $2 and value = $3 and ` + alive),
		scan: in(`select key, value from {s}.entries where key > $2 and starts_with(key, $3) and key >= $3 and ` + alive + `
			order by key limit $4`),
	}
}
