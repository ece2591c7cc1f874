"""What PostgreSQL holds by itself and Django's models can't say: a file of SQL a subject, run in this order, then the keys."""

from pathlib import Path

from django.db import migrations

from makegood.kit.keys import key_by_customer
from makegood.kit.sql import load

SUBJECTS = ("clock", "never_changed", "made_good_once", "ledger", "scans_and_parcels", "limits", "names", "queue")


class Migration(migrations.Migration):
    dependencies = [("makegood", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        *(migrations.RunSQL(load(Path(__file__).parent, subject), migrations.RunSQL.noop) for subject in SUBJECTS),
        key_by_customer(),
    ]
