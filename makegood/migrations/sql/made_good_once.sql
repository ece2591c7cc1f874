-- No more units are made good than were lost, whoever asks at once.
CREATE FUNCTION makegood_made_good_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
BEGIN
    -- The lock makes two grants for the same units take turns.
    SELECT quantity INTO there FROM makegood_deliveryunits
    WHERE id = NEW.lost_id AND customer_id = NEW.customer_id FOR UPDATE;
    IF (SELECT sum(quantity) FROM makegood_grantunits WHERE lost_id = NEW.lost_id AND customer_id = NEW.customer_id) > there THEN
        RAISE EXCEPTION 'more units would be made good than were lost' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER units_are_made_good_once AFTER INSERT ON makegood_grantunits
    FOR EACH ROW EXECUTE FUNCTION makegood_made_good_once();
