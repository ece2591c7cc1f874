-- The carriers of what has arrived; those that told us before keep their instant. Written before any parcel is locked, so
-- that two who hear of a carrier for the first time wait for each other here and nowhere else.
INSERT INTO makegood_carrierhearing (carrier, heard_since)
SELECT carrier, %(now)s FROM (SELECT DISTINCT carrier FROM makegood_arrived) AS told
WHERE NOT EXISTS (SELECT FROM makegood_carrierhearing AS known WHERE known.carrier = told.carrier)
ORDER BY carrier
ON CONFLICT DO NOTHING
