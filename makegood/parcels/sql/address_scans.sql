-- The newest parcel of each number that has arrived (carriers use numbers again), locked in the order of ids, in which
-- everybody locks parcels: two who bring news of the same parcels take turns and never block each other.
WITH numbers AS (
    SELECT DISTINCT carrier, number FROM makegood_arrived
), newest AS (
    SELECT DISTINCT ON (carrier, number) carrier, number, parcel.id, parcel.customer_id
    FROM numbers JOIN makegood_parcel AS parcel USING (carrier, number)
    ORDER BY carrier, number, parcel.label_at DESC, parcel.id DESC
), addressed AS (
    INSERT INTO makegood_addressed (carrier, number, parcel_id, customer_id)
    SELECT carrier, number, id, customer_id FROM newest
    RETURNING parcel_id
)
SELECT (SELECT count(*) FROM numbers) AS numbers, count(*) AS known FROM (
    SELECT FROM makegood_parcel WHERE id IN (SELECT parcel_id FROM addressed) ORDER BY id FOR UPDATE
) AS locked
