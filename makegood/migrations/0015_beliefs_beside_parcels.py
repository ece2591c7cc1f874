"""What is believed of a parcel has a row of its own: it is written anew with every scan, and the parcel is not."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

KEPT = """
-- Whoever still writes the old columns waits, and fails, instead of writing what nobody would read.
LOCK TABLE makegood_parcel IN ACCESS EXCLUSIVE MODE;
INSERT INTO makegood_belief (parcel_id, customer_id, carrier, label_at, verdict, outcome, probability_percent, evidence,
    claim_opens_date, claim_closes_date, verdict_at, look_at, asked_at)
SELECT id, customer_id, carrier, label_at, verdict, outcome, probability_percent, evidence, claim_opens_date,
    claim_closes_date, verdict_at, look_at, asked_at
FROM makegood_parcel ORDER BY id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('makegood', '0014_scans_known_by_what_they_say'),
    ]

    operations = [
        migrations.CreateModel(
            name='Belief',
            fields=[
                ('parcel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='belief', serialize=False, to='makegood.parcel')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='makegood.customer')),
                ('carrier', models.TextField()),
                ('label_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('label_made', 'label made'), ('never_scanned', 'never scanned'), ('moving', 'moving'), ('delayed', 'delayed'), ('out_for_delivery', 'out for delivery'), ('attempted', 'attempted'), ('held', 'held'), ('stalled', 'stalled'), ('lost', 'lost'), ('delivered', 'delivered'), ('not_received', 'not received'), ('returning', 'returning'), ('returned', 'returned'), ('damaged', 'damaged')], max_length=20)),
                ('outcome', models.CharField(choices=[('lost', 'lost'), ('arriving', 'arriving'), ('delivered', 'delivered'), ('returning', 'returning'), ('damaged', 'damaged')], max_length=20)),
                ('probability_percent', models.PositiveSmallIntegerField()),
                ('evidence', models.JSONField(default=list)),
                ('claim_opens_date', models.DateField(null=True)),
                ('claim_closes_date', models.DateField(null=True)),
                ('verdict_at', models.DateTimeField()),
                ('look_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(KEPT),
        migrations.AlterModelOptions(
            name='parcel',
            options={'base_manager_name': 'objects'},
        ),
        migrations.RemoveConstraint(
            model_name='parcel',
            name='parcel_probability_is_percent',
        ),
        migrations.RemoveConstraint(
            model_name='parcel',
            name='parcel_verdict_has_evidence',
        ),
        migrations.RemoveConstraint(
            model_name='parcel',
            name='parcel_verdict_is_known',
        ),
        migrations.RemoveIndex(
            model_name='parcel',
            name='parcel_to_look_at',
        ),
        migrations.RemoveIndex(
            model_name='parcel',
            name='parcel_to_ask',
        ),
        migrations.RemoveIndex(
            model_name='parcel',
            name='parcel_in_danger',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='asked_at',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='claim_closes_date',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='claim_opens_date',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='evidence',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='look_at',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='outcome',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='probability_percent',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='verdict',
        ),
        migrations.RemoveField(
            model_name='parcel',
            name='verdict_at',
        ),
        migrations.AddIndex(
            model_name='belief',
            index=models.Index(condition=models.Q(('verdict__in', ['damaged', 'lost', 'never_scanned', 'not_received', 'returned', 'returning', 'stalled'])), fields=['label_at', 'parcel'], name='belief_in_danger'),
        ),
        migrations.AddIndex(
            model_name='belief',
            index=models.Index(condition=models.Q(('look_at__isnull', False)), fields=['look_at'], name='belief_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='belief',
            index=models.Index(models.F('carrier'), django.db.models.functions.comparison.Coalesce('asked_at', 'label_at'), condition=models.Q(('verdict__in', ['delivered', 'returned']), _negated=True), name='belief_to_ask'),
        ),
        migrations.AddConstraint(
            model_name='belief',
            constraint=models.CheckConstraint(condition=models.Q(('probability_percent__lte', 100)), name='belief_probability_is_percent'),
        ),
        migrations.AddConstraint(
            model_name='belief',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', []), _negated=True), name='belief_has_evidence'),
        ),
        migrations.AddConstraint(
            model_name='belief',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['label_made', 'never_scanned', 'moving', 'delayed', 'out_for_delivery', 'attempted', 'held', 'stalled', 'lost', 'delivered', 'not_received', 'returning', 'returned', 'damaged'])), name='belief_verdict_is_known'),
        ),
    ]
