"""The worker works out what designs could settle, and unwanted events."""

from __future__ import annotations

from django.db import migrations, models

_KINDS = [
    ("simulation", "What a regimen would do"),
    ("chances", "The chance of a clear answer"),
    ("pool", "What courses say together"),
    ("operating", "What a design could settle"),
    ("harms", "Unwanted events"),
]


class Migration(migrations.Migration):
    """What may be chosen; the table stays as it is."""

    dependencies = [("clinic", "0005_hand_overs")]
    operations = [
        migrations.AlterField(
            model_name="computation",
            name="kind",
            field=models.CharField(choices=_KINDS, max_length=12),
        )
    ]
