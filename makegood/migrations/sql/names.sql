-- Names that are unique in the whole shop, and whose they are: claimed for all rows of a statement at once, in one order, so
-- that two who write many don't wait for each other in a circle. The triggers are made with the keys (kit/keys.py); their
-- arguments are the kind of name, its column, the column that says whose it is, and for which rows it is a name.
CREATE FUNCTION makegood_claim_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO makegood_name (kind, name, customer_id, row_id)
        SELECT %1$L, %2$I, %3$I, id FROM written WHERE %2$I IS NOT NULL AND %4$s ORDER BY %2$I',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_ARGV[3]
    );
    RETURN NULL;
END $$;

CREATE FUNCTION makegood_release_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'DELETE FROM makegood_name WHERE kind = %L AND name IN (SELECT %I FROM gone WHERE %s)',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]
    );
    RETURN NULL;
END $$;

-- Who gives its name up is called nothing from then on, and somebody else may be called so.
CREATE FUNCTION makegood_give_up_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM makegood_name WHERE kind = TG_ARGV[0] AND name = to_jsonb(OLD) ->> TG_ARGV[1] AND row_id = OLD.id;
    RETURN NULL;
END $$;

-- Whose a row is, and what it is called, is set once.
CREATE FUNCTION makegood_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is never changed', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
