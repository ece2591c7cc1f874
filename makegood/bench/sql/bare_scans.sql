-- The bare table that COPY fills: the columns of a scan and the same unique key, and nothing else.
CREATE TABLE bench_bare_scan (
    parcel_id bigint NOT NULL, customer_id bigint NOT NULL, code text NOT NULL, kind varchar(20) NOT NULL,
    happened_at timestamptz NOT NULL, place text NOT NULL, words text NOT NULL, received_at timestamptz NOT NULL,
    UNIQUE (parcel_id, happened_at, code, place, customer_id)
)
