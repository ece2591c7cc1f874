-- Business time is one row, and what has happened can't happen again.
INSERT INTO makegood_clock (id, "offset") VALUES (1, '0');

CREATE FUNCTION makegood_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(frozen_at, clock_timestamp() + "offset") FROM makegood_clock WHERE id = 1
$$;

CREATE FUNCTION makegood_clock_never_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the clock stays';
    END IF;
    -- A running clock gives a second's grace: the instant it was asked for has passed by the time the row is written.
    IF coalesce(NEW.frozen_at, clock_timestamp() + NEW."offset")
        < coalesce(OLD.frozen_at, clock_timestamp() + OLD."offset" - interval '1 second')
        -- While nothing has happened yet, nothing can happen twice: a demo or a story may begin in the past.
        AND EXISTS (SELECT FROM makegood_fact)
    THEN
        RAISE EXCEPTION 'the clock never goes back';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clock_never_goes_back BEFORE UPDATE OR DELETE ON makegood_clock
    FOR EACH ROW EXECUTE FUNCTION makegood_clock_never_goes_back();
