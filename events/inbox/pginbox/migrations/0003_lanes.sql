-- With the state in between, whether an older event of an order key is due and whether one is leased are one look each, however
-- many of them wait.
drop index {schema}.events_lanes;
create index events_lanes on {schema}.events (order_key, state, id) where state in (1, 2) and order_key <> '';
