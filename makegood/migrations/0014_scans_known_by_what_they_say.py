"""A scan is known by what it says and needs no number beside it; many may be asked for their parcels at once."""

from django.db import migrations, models

KNOWN_BY_WHAT_IT_SAYS = """
ALTER TABLE makegood_scan DROP CONSTRAINT scan_once, DROP COLUMN id,
    ADD CONSTRAINT makegood_scan_pkey PRIMARY KEY (parcel_id, happened_at, code, place);
"""
# What a foreign key would ask of each scan: that its parcel exists and is its customer's. Whoever writes many asks it of
# all their parcels at once and says so (`makegood.parcels_are_known`, for one transaction): asking row by row costs as much
# as writing them, and so does keeping them for one question at the end.
ASKED_OF_EACH = """
DROP TRIGGER scans_have_their_parcels ON makegood_scan;

CREATE OR REPLACE FUNCTION makegood_scans_have_their_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM makegood_parcel WHERE id = NEW.parcel_id AND customer_id = NEW.customer_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a scan has no parcel, or one of another customer' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER scans_have_their_parcels AFTER INSERT ON makegood_scan FOR EACH ROW
    WHEN (current_setting('makegood.parcels_are_known', true) IS DISTINCT FROM 'yes')
    EXECUTE FUNCTION makegood_scans_have_their_parcels();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("makegood", "0013_chosen_together"),
    ]

    operations = [
        # Django writes no migration from one primary key to another.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KNOWN_BY_WHAT_IT_SAYS)],
            state_operations=[
                migrations.RemoveConstraint(model_name="scan", name="scan_once"),
                migrations.RemoveField(model_name="scan", name="id"),
                migrations.AddField(
                    model_name="scan",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "parcel_id",
                        "happened_at",
                        "code",
                        "place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(ASKED_OF_EACH),
        migrations.AlterField(model_name="parcel", name="reference", field=models.TextField()),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.UniqueConstraint(fields=("reference",), name="parcel_reference_once"),
        ),
    ]
