WITH said AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(customers)s::bigint[], %(matters)s::text[], %(contents)s::text[])
        WITH ORDINALITY AS said (kind, customer_id, matter, content, place)
)
