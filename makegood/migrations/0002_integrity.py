"""What Django's models can't say: the clock, rows that are never changed, units made good once, the first table of authority."""

from django.db import migrations

CLOCK = """
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
"""

NEVER_CHANGED = """
CREATE FUNCTION makegood_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME;
END $$;

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE OR DELETE ON makegood_fact
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER scan_is_never_changed BEFORE UPDATE OR DELETE ON makegood_scan
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER grant_is_never_changed BEFORE UPDATE OR DELETE ON makegood_grant
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER grant_units_are_never_changed BEFORE UPDATE OR DELETE ON makegood_grantunits
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
"""

MADE_GOOD_ONCE = """
CREATE FUNCTION makegood_made_good_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
BEGIN
    -- The lock makes two grants for the same units take turns.
    SELECT quantity INTO there FROM makegood_deliveryunits WHERE id = NEW.lost_id FOR UPDATE;
    IF (SELECT sum(quantity) FROM makegood_grantunits WHERE lost_id = NEW.lost_id) > there THEN
        RAISE EXCEPTION 'more units would be made good than were lost' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER units_are_made_good_once AFTER INSERT ON makegood_grantunits
    FOR EACH ROW EXECUTE FUNCTION makegood_made_good_once();
"""

# Round sums of like worth, so that a shop in any of these currencies starts with sensible limits; a shop sets its own.
ALIKE = {
    **dict.fromkeys(("USD", "EUR", "GBP", "CHF"), 1),
    **dict.fromkeys(("CAD", "AUD", "NZD", "SGD"), 1.5),
    **dict.fromkeys(("PLN", "BRL", "ILS", "RON", "AED", "SAR", "MYR"), 4),
    **dict.fromkeys(("SEK", "NOK", "DKK", "CNY", "HKD", "TRY", "MXN", "ZAR"), 10),
    **dict.fromkeys(("CZK", "INR", "THB", "PHP", "TWD"), 30),
    **dict.fromkeys(("HUF",), 400),
    # Without minor units: the sums below are whole yen, won, pesos.
    **dict.fromkeys(("JPY",), 1.5),
    **dict.fromkeys(("KRW", "CLP"), 13),
    # Thousandths.
    **dict.fromkeys(("KWD", "BHD", "JOD", "OMR", "TND"), 3),
}
LIMITS = {"customer": 15_000, "token": 50_000, "helper": 50_000}
REMEDIES = ("send_again", "send_part", "refund")


def first_authority(apps, schema_editor):
    authority = apps.get_model("makegood", "Authority")
    rows = [
        authority(standpoint=standpoint, remedy=remedy, currency=currency, up_to_minor=int(limit * rate))
        for standpoint, limit in LIMITS.items()
        for remedy in REMEDIES
        for currency, rate in ALIKE.items()
    ]
    rows += [authority(standpoint="lead", remedy=remedy, currency="*", up_to_minor=None) for remedy in REMEDIES]
    authority.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("makegood", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(CLOCK, migrations.RunSQL.noop),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
        migrations.RunSQL(MADE_GOOD_ONCE, migrations.RunSQL.noop),
        migrations.RunPython(first_authority, migrations.RunPython.noop),
    ]
