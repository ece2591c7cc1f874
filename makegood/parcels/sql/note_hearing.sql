-- The carriers of what has arrived, and the newest that each told of. Written before any parcel is locked, so that two who
-- hear of a carrier for the first time wait for each other here and nowhere else; and of one that goes on telling us only
-- every ten minutes, so that those who push never wait for each other.
WITH told AS (
    SELECT carrier, least(%(now)s, to_timestamp(max(epoch_us) / 1e6)) AS newest_at
    FROM makegood_arrived GROUP BY carrier
)
INSERT INTO makegood_carrierhearing AS known (carrier, heard_since, newest_at, heard_until)
SELECT carrier, %(now)s, newest_at, CASE WHEN %(goes_on)s THEN NULL ELSE newest_at END
FROM told
WHERE NOT EXISTS (
    SELECT FROM makegood_carrierhearing AS known
    WHERE known.carrier = told.carrier AND known.newest_at > told.newest_at - interval '10 minutes'
    AND (known.heard_until IS NULL OR (NOT %(goes_on)s AND known.heard_until >= told.newest_at))
)
ORDER BY carrier
ON CONFLICT (carrier) DO UPDATE SET
    newest_at = greatest(known.newest_at, EXCLUDED.newest_at),
    -- Who had fallen silent begins anew: what happened meanwhile went unheard.
    heard_since = CASE WHEN %(goes_on)s AND known.heard_until IS NOT NULL THEN EXCLUDED.heard_since ELSE known.heard_since END,
    heard_until = CASE WHEN NOT %(goes_on)s AND known.heard_until IS NOT NULL
        THEN greatest(known.heard_until, EXCLUDED.heard_until) END,
    woken_at = CASE WHEN known.heard_until IS NULL THEN known.woken_at END
