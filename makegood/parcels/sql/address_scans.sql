-- Whose number it is: the newest parcel of each number that has arrived, and those that were labelled within some days of
-- it, since several orders may travel in one box; older ones had the number before (carriers use numbers again), and one
-- whose number is another's hears nothing. All parcels of these numbers are locked in the order of ids, in which everybody
-- locks parcels: two who bring news of the same parcels take turns and never block each other.
WITH numbers AS MATERIALIZED (
    SELECT DISTINCT carrier, number FROM makegood_arrived
), locked AS MATERIALIZED (
    SELECT parcel.id, parcel.customer_id, parcel.carrier, parcel.number, parcel.label_at
    FROM numbers JOIN makegood_parcel AS parcel USING (carrier, number)
    WHERE NOT parcel.is_anothers_number
    ORDER BY parcel.id
    FOR NO KEY UPDATE OF parcel
), addressed AS (
    INSERT INTO makegood_addressed (carrier, number, parcel_id, customer_id, is_newest)
    SELECT carrier, number, id, customer_id, turn = 1
    FROM (
        SELECT *, row_number() OVER newest_first AS turn, first_value(label_at) OVER newest_first AS newest_at
        FROM locked
        WINDOW newest_first AS (PARTITION BY carrier, number ORDER BY label_at DESC, id DESC)
    ) AS ranked
    WHERE label_at >= newest_at - %(one_box_within)s::interval
    RETURNING is_newest
)
SELECT (SELECT count(*) FROM numbers) AS numbers, count(*) FILTER (WHERE is_newest) AS known, count(*) AS hearing
FROM addressed
