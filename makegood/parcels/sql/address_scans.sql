-- The newest parcel of each number that has arrived (carriers use numbers again). All parcels of these numbers are locked in
-- the order of ids, in which everybody locks parcels: two who bring news of the same parcels take turns and never block
-- each other.
WITH numbers AS MATERIALIZED (
    SELECT DISTINCT carrier, number FROM makegood_arrived
), locked AS MATERIALIZED (
    SELECT parcel.id, parcel.customer_id, parcel.carrier, parcel.number, parcel.label_at
    FROM numbers JOIN makegood_parcel AS parcel USING (carrier, number)
    ORDER BY parcel.id
    FOR NO KEY UPDATE OF parcel
), addressed AS (
    INSERT INTO makegood_addressed (carrier, number, parcel_id, customer_id)
    SELECT DISTINCT ON (carrier, number) carrier, number, id, customer_id FROM locked
    ORDER BY carrier, number, label_at DESC, id DESC
    RETURNING parcel_id
)
SELECT (SELECT count(*) FROM numbers) AS numbers, (SELECT count(*) FROM addressed) AS known
