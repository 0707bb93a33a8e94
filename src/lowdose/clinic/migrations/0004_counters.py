"""Counters of their own: those of the cache lost guesses that came at once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table more."""

    dependencies = [("clinic", "0003_notice_of_an_emergency")]
    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(default=0)),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
        )
    ]
