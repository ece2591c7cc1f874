"""Answers kept under their caller's key, and how much of each limit is used up."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("makegood", "0005_order_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('full_at', models.DateTimeField()),
                ('was_let', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='GivenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.TextField()),
                ('key', models.TextField()),
                ('asked_digest', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField()),
                ('body', models.BinaryField(null=True)),
                ('kept_until', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kept_until'], name='answer_kept_until')],
                'constraints': [models.UniqueConstraint(fields=('caller', 'key'), name='answer_is_given_once_a_key')],
            },
        ),
        # Written by every call, so without the log that makes it wait for the disk, and with room for a row's next self.
        migrations.RunSQL(
            "ALTER TABLE makegood_bucket SET UNLOGGED; ALTER TABLE makegood_bucket SET (fillfactor = 50)",
            migrations.RunSQL.noop,
        ),
    ]
