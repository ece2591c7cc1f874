-- The statements that give customers' tables the keys of kit/keys.py, in the order of their steps; none where all is well.
WITH owned AS (
    SELECT pg_class.oid AS id, relname AS named, attname AS owner, attnum AS owner_place
    FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid
        AND attname = CASE relname WHEN 'makegood_customer' THEN 'id' ELSE 'customer_id' END AND attnotnull
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'makegood_name'
),
-- Foreign keys from a customer's row to a customer's row that don't say whose they are.
pointer AS (
    SELECT conname, here.named, here.owner, a.attname AS via, there.named AS target, there.owner AS target_owner,
        b.attname AS target_column
    FROM pg_constraint
    JOIN owned AS here ON here.id = conrelid
    JOIN owned AS there ON there.id = confrelid AND there.named <> 'makegood_customer'
    JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = conkey[1]
    JOIN pg_attribute AS b ON b.attrelid = confrelid AND b.attnum = confkey[1]
    WHERE contype = 'f' AND here.owner_place <> ALL (conkey)
),
-- Primary keys and what is unique, without the customer. Unique and tied to no customer's row: a name in the whole shop.
loose AS (
    SELECT owned.*, indexrelid::regclass AS key, conname, indisprimary, pg_get_expr(indpred, indrelid) AS condition,
        (
            SELECT string_agg(pg_get_indexdef(indexrelid, place, true), ', ' ORDER BY place)
            FROM generate_series(1, indnkeyatts) AS place
        ) AS columns,
        NOT indisprimary AND NOT EXISTS (
            SELECT FROM pg_constraint AS tie
            JOIN owned AS there ON there.id = tie.confrelid
            WHERE tie.contype = 'f' AND tie.conrelid = indrelid AND tie.conkey && indkey::int2[]
        ) AS is_name
    FROM pg_index
    JOIN owned ON owned.id = indrelid
    LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u')
    WHERE indisunique AND owner_place <> ALL (indkey::int2[])
),
name AS (
    SELECT loose.*, substr(named, length('makegood_') + 1) || '.' || columns AS kind, coalesce(condition, 'true') AS applies
    FROM loose WHERE is_name
)
SELECT 1 AS step, format('ALTER TABLE %I DROP CONSTRAINT %I', named, conname) AS statement FROM pointer
UNION ALL
SELECT 2, CASE
    WHEN conname IS NULL THEN format(
        'DROP INDEX %1$s; CREATE UNIQUE INDEX %1$s ON %2$I (%3$s, %4$I) WHERE %5$s', key, named, columns, owner, coalesce(condition, 'true')
    )
    ELSE format(
        'ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I %3$s (%4$s, %5$I)',
        named, conname, CASE WHEN indisprimary THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, columns, owner
    )
END FROM loose
UNION ALL
SELECT 3, format(
    'ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (%I, %I) REFERENCES %I (%I, %I) DEFERRABLE INITIALLY DEFERRED',
    named, conname, owner, via, target, target_owner, target_column
) FROM pointer
UNION ALL
SELECT 4, format(
    'INSERT INTO makegood_name (kind, name, customer_id, row_id) SELECT %1$L, %2$I, %3$I, id FROM %4$I WHERE %5$s AND %2$I IS NOT NULL',
    kind, columns, owner, named, applies
) FROM name
UNION ALL
SELECT 5, format(
    'CREATE TRIGGER %1$s_is_claimed AFTER INSERT ON %2$I REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION makegood_claim_names(%3$L, %1$L, %4$L, %5$L);
    CREATE TRIGGER %1$s_is_released AFTER DELETE ON %2$I REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION makegood_release_names(%3$L, %1$L, %5$L);
    CREATE TRIGGER %1$s_is_kept AFTER UPDATE OF %1$s ON %2$I FOR EACH ROW WHEN (OLD.%1$s IS DISTINCT FROM NEW.%1$s AND NEW.%1$s IS NOT NULL)
        EXECUTE FUNCTION makegood_set_once(%1$L);
    CREATE TRIGGER %1$s_is_given_up AFTER UPDATE OF %1$s ON %2$I FOR EACH ROW WHEN (OLD.%1$s IS NOT NULL AND NEW.%1$s IS NULL)
        EXECUTE FUNCTION makegood_give_up_name(%3$L, %1$L)',
    columns, named, kind, owner, applies
) FROM name
UNION ALL
SELECT 6, format(
    'CREATE TRIGGER customer_is_set_once AFTER UPDATE OF %1$I ON %2$I FOR EACH ROW WHEN (OLD.%1$I IS DISTINCT FROM NEW.%1$I)
        EXECUTE FUNCTION makegood_set_once(%1$L)',
    owner, named
) FROM owned
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = owned.id AND tgname = 'customer_is_set_once')
ORDER BY step
