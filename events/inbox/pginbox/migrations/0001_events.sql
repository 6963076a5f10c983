-- Events, the keys that make two deliveries one event, and small entries. Words of people's data are in bytea columns:
-- Postgres text cannot hold every JSON string.
create table {schema}.events (
    id            bigint primary key,
    state         smallint    not null,
    meta          bytea       not null, -- JSON of the metadata
    provider      text        not null,
    kind          text        not null,
    order_key     text        not null,
    account_id    text        not null,
    end_user_id   text        not null,
    link_token_id text        not null,
    session       text        not null,
    attempt       int         not null default 0,
    replays       int         not null default 0,
    stored_at     timestamptz not null,
    since         timestamptz not null,
    due_at        timestamptz not null, -- when it can be claimed
    next_at       timestamptz,          -- the same, where it waits for a retry
    finished_at   timestamptz,
    lease_until   timestamptz,
    token         bigint      not null default 0,
    handlers      jsonb       not null default '{}', -- name: whether it gave up
    reason        text        not null default '',
    detail        bytea,
    conflict_of   bigint      not null default 0,
    synthetic     boolean     not null default false,
    confirmed     boolean     not null default false,
    digest        bytea       not null,
    dedup_for     bigint      not null default 0, -- nanoseconds
    size          int         not null,
    body          bytea
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

alter table {schema}.events alter column body set storage external;

create sequence {schema}.event_ids;
create sequence {schema}.tokens;

create index events_due      on {schema}.events (due_at, id) where state = 1;
create index events_lanes    on {schema}.events (order_key, id) where state in (1, 2) and order_key <> '';
create index events_pending  on {schema}.events (id) where state in (1, 2);
create index events_leases   on {schema}.events (lease_until) where state = 2;
create index events_finished on {schema}.events (finished_at) where state > 2;
create index events_dead     on {schema}.events (id) where state = 5;
create index events_account  on {schema}.events (account_id) where account_id <> '';
create index events_user     on {schema}.events (end_user_id) where end_user_id <> '';
create index events_token    on {schema}.events (link_token_id) where link_token_id <> '';
create index events_session  on {schema}.events (session) where session <> '';

-- A key is a byte that says what it is (0 deduplication, 1 correlation) and 16 bytes of a hash.
create table {schema}.keys (
    key      bytea  primary key,
    event_id bigint not null
);
create index keys_event on {schema}.keys (event_id);

create table {schema}.entries (
    key        text collate "C" primary key,
    value      bytea not null,
    expires_at timestamptz
);
create index entries_expiry on {schema}.entries (expires_at) where expires_at is not null;
