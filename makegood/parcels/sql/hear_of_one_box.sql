-- What carriers said of the other parcels in the box, for parcels that are labelled after it was said. What the shop says
-- itself of one (%(shops)s) is not said of the others.
WITH fresh AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT DISTINCT ON (mine.id, said.happened_at, said.code, said.place)
        mine.id, mine.customer_id, said.code, said.kind, said.happened_at, said.place, said.words, %(now)s
    FROM makegood_parcel AS mine
    JOIN makegood_parcel AS other USING (carrier, number)
    CROSS JOIN LATERAL (
        SELECT code, kind, happened_at, place, words FROM makegood_scan AS scan
        WHERE scan.parcel_id = other.id AND scan.code <> %(shops)s
            AND (other.number_since IS NULL OR scan.received_at >= other.number_since)
        OFFSET 0
    ) AS said
    WHERE mine.id = ANY(%(parcels)s::bigint[]) AND other.id <> mine.id
        AND NOT mine.is_anothers_number AND NOT other.is_anothers_number
        AND other.label_at BETWEEN mine.label_at - %(one_box_within)s::interval AND mine.label_at + %(one_box_within)s::interval
    ORDER BY mine.id, said.happened_at, said.code, said.place
    ON CONFLICT (parcel_id, happened_at, code, place, customer_id) DO NOTHING
    RETURNING parcel_id
)
SELECT DISTINCT parcel_id FROM fresh
