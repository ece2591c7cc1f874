"""Mail that has an HTML body is known without reading it again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("makegood", "0011_lists_in_volume")]

    operations = [
        migrations.AddField(
            model_name="incomingmail", name="is_formatted", field=models.BooleanField(default=False)
        ),
    ]
