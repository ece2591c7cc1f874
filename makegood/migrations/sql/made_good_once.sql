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

-- Nor than there are: however a delivery is split, and whatever a newer version says, a line keeps what was made good of it.
CREATE FUNCTION makegood_made_good_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_line bigint = coalesce(NEW.line_id, OLD.line_id);
    of_customer bigint = coalesce(NEW.customer_id, OLD.customer_id);
BEGIN
    IF EXISTS (
        SELECT FROM makegood_deliveryunits AS units
        JOIN makegood_delivery AS delivery ON delivery.id = units.delivery_id AND delivery.customer_id = units.customer_id
        LEFT JOIN LATERAL (
            SELECT sum(quantity) AS quantity FROM makegood_grantunits AS granted
            WHERE granted.lost_id = units.id AND granted.customer_id = units.customer_id
        ) AS made_good ON true
        WHERE units.line_id = of_line AND units.customer_id = of_customer
        -- What was sent in place of units is no part of them.
        GROUP BY delivery.is_replacement HAVING sum(made_good.quantity) > sum(units.quantity)
    ) THEN
        RAISE EXCEPTION 'fewer units would be left than were made good' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER what_was_made_good_stays AFTER UPDATE OR DELETE ON makegood_deliveryunits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION makegood_made_good_stays();
