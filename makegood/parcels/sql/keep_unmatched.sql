-- The last of what arrived for nobody we know. In the order of the unique key, so that two who bring the same wait for each
-- other at most once.
INSERT INTO makegood_unmatchedscan (carrier, number, code, kind, happened_at, place, words, received_at)
SELECT carrier, number, code, kind, happened_at, place, words, %(now)s
FROM (
    SELECT *, to_timestamp(epoch_us / 1e6::float8) AS happened_at FROM makegood_arrived AS arrived
    WHERE NOT EXISTS (SELECT FROM makegood_addressed AS known
        WHERE (known.carrier, known.number) = (arrived.carrier, arrived.number))
    ORDER BY arrived.ctid DESC LIMIT %(keep)s
) AS latest
ORDER BY carrier, number, happened_at, code, place
ON CONFLICT DO NOTHING
