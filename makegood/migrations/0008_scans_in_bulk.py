"""Scans by the million: one check for all that a statement writes, and no index that serves nothing."""

import django.db.models.deletion
from django.db import migrations, models

# What two foreign keys said of each scan by itself: its parcel exists and is its customer's. The parcels are locked as a
# foreign key locks them (whoever takes scans in holds them already, in the order of ids).
CHECKED_TOGETHER = """
CREATE FUNCTION makegood_scans_have_their_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT DISTINCT parcel_id, customer_id FROM written) AS named)
        <> (SELECT count(*) FROM (
            SELECT FROM makegood_parcel
            WHERE (id, customer_id) IN (SELECT parcel_id, customer_id FROM written)
            FOR KEY SHARE
        ) AS there)
    THEN
        RAISE EXCEPTION 'a scan has no parcel, or one of another customer' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER scans_have_their_parcels AFTER INSERT ON makegood_scan
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION makegood_scans_have_their_parcels();

CREATE FUNCTION makegood_parcels_keep_their_scans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone JOIN makegood_scan ON parcel_id = gone.id) THEN
        RAISE EXCEPTION 'a parcel has scans' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER parcels_keep_their_scans AFTER DELETE ON makegood_parcel
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION makegood_parcels_keep_their_scans();
"""
FORGOTTEN = """
DROP TRIGGER scans_have_their_parcels ON makegood_scan;
DROP TRIGGER parcels_keep_their_scans ON makegood_parcel;
DROP FUNCTION makegood_scans_have_their_parcels();
DROP FUNCTION makegood_parcels_keep_their_scans();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("makegood", "0007_parked_by_itself"),
    ]

    operations = [
        migrations.AlterField(
            model_name='parcel',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer'),
        ),
        migrations.AlterField(
            model_name='parcel',
            name='place',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.place'),
        ),
        migrations.AlterField(
            model_name='parcel',
            name='service',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.service'),
        ),
        migrations.AlterField(
            model_name='promise',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='customer',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='parcel',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='makegood.parcel'),
        ),
        migrations.RunSQL(CHECKED_TOGETHER, FORGOTTEN),
    ]
