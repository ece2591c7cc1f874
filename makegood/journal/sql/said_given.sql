WITH said AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(customers)s::bigint[], %(ordering_keys)s::text[], %(contents)s::text[])
        WITH ORDINALITY AS said (kind, customer_id, ordering_key, content, place)
)
