"""Lists page by their key however long they are, and numbers are found without their carrier."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("makegood", "0010_words_that_answer"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='parcel',
            name='parcel_by_number',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['placed_at', 'id'], name='order_by_placed'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['number', 'carrier', '-label_at'], name='parcel_by_number'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(fields=['label_at', 'id'], name='parcel_by_label'),
        ),
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(condition=models.Q(('verdict__in', ["damaged", "lost", "never_scanned", "not_received", "returned", "returning", "stalled"])), fields=['label_at', 'id'], name='parcel_in_danger'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['due_at', 'id'], name='promise_by_due'),
        ),
    ]
