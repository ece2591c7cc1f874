-- What was scanned under the numbers of these parcels while others were known by them, until somebody put that right. What
-- the shop says itself of one (%(shops)s) is not said of the others. The parcels that learned something come back.
WITH fresh AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT DISTINCT ON (mine.id, said.happened_at, said.code, said.place)
        mine.id, mine.customer_id, said.code, said.kind, said.happened_at, said.place, said.words, %(now)s
    FROM makegood_parcel AS mine
    JOIN makegood_formernumber AS former USING (carrier, number)
    JOIN makegood_parcel AS other ON other.id = former.parcel_id
    CROSS JOIN LATERAL (
        SELECT code, kind, happened_at, place, words FROM makegood_scan AS scan
        WHERE scan.parcel_id = other.id AND scan.code <> %(shops)s AND scan.received_at < former.until_at
            AND NOT EXISTS (SELECT FROM makegood_formernumber AS before WHERE before.parcel_id = other.id
                AND before.until_at < former.until_at AND before.until_at > scan.received_at)
        OFFSET 0
    ) AS said
    WHERE mine.id = ANY(%(parcels)s::bigint[]) AND other.id <> mine.id AND NOT mine.is_anothers_number
        AND other.label_at BETWEEN mine.label_at - %(one_box_within)s::interval AND mine.label_at + %(one_box_within)s::interval
    ORDER BY mine.id, said.happened_at, said.code, said.place
    ON CONFLICT (parcel_id, happened_at, code, place, customer_id) DO NOTHING
    RETURNING parcel_id
)
SELECT DISTINCT parcel_id FROM fresh
