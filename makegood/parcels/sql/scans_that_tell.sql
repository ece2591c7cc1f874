-- The scans of these parcels that a verdict can rest on: `rules.journeys.telling`, said in SQL. Instants are texts, since
-- Python reads those faster.
SELECT parcel_id, code, kind, happened_at::text, place, words
FROM (
    SELECT said.*, lag(tells) OVER journey AS before_tells, lead(tells) OVER journey AS after_tells
    FROM (
        SELECT parcel_id, code, kind, happened_at, place, words,
            kind <> ALL(%(ordinary)s::text[]) OR happened_at > %(now)s AS tells
        FROM makegood_scan
        WHERE parcel_id = ANY(%(parcels)s::bigint[])
    ) AS said
    WINDOW journey AS (
        PARTITION BY parcel_id
        ORDER BY happened_at, array_position(%(ranks)s::text[], kind::text), code COLLATE "C", place COLLATE "C",
            words COLLATE "C"
    )
) AS told
WHERE tells OR before_tells IS DISTINCT FROM false OR after_tells IS DISTINCT FROM false
