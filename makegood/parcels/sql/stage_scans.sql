-- Where scans wait, for one transaction, to be matched with their parcels; each connection has its own. Their instants are
-- microseconds since 1970: Python writes those several times faster than a timestamp.
CREATE TEMPORARY TABLE IF NOT EXISTS makegood_arrived (
    carrier text NOT NULL, number text NOT NULL, code text NOT NULL, kind text NOT NULL,
    epoch_us bigint NOT NULL, place text NOT NULL, words text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS makegood_addressed (
    carrier text NOT NULL, number text NOT NULL, parcel_id bigint NOT NULL, customer_id bigint NOT NULL,
    is_newest boolean NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS makegood_assessed (
    parcel_id bigint NOT NULL, verdict text NOT NULL, outcome text NOT NULL, probability_percent smallint NOT NULL,
    evidence jsonb NOT NULL, claim_opens_date date, claim_closes_date date, look_at timestamptz
) ON COMMIT DELETE ROWS
