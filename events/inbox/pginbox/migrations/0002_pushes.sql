-- What pages are told of signed webhooks, for the nodes that the pages are connected to. Writers take turns, so that a row
-- becomes visible only after all rows with a lower number.
create table {schema}.pushes (
    n          bigint      generated always as identity primary key,
    topic      text        not null,
    push       bytea       not null,
    expires_at timestamptz not null
);
create index pushes_expiry on {schema}.pushes (expires_at);
