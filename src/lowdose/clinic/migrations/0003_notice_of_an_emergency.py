"""A notice of its own for a blind that was opened in an emergency."""

from __future__ import annotations

from django.db import migrations, models

_KINDS = [
    ("emergency", "Opened in an emergency"),
    ("severe", "A severe side effect"),
    ("conflict", "Two entries for one day"),
    ("missed", "Three days without an entry"),
    ("clear", "A clear answer"),
    ("ended", "The last day has passed"),
]


class Migration(migrations.Migration):
    """What may be chosen; the table stays as it is."""

    dependencies = [("clinic", "0002_append_only")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(choices=_KINDS, max_length=10),
        )
    ]
