"""Patients are handed over from one prescriber to another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

import lowdose.clinic.vault


def _person(*, optional: bool = False) -> Any:
    return models.ForeignKey(
        on_delete=PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        null=optional,
        blank=optional,
    )


class Migration(migrations.Migration):
    """One table more."""

    dependencies = [("clinic", "0004_counters")]
    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", lowdose.clinic.vault.SealedText(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("after", _person()),
                ("before", _person()),
                ("made_by", _person(optional=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="hand_overs", to="clinic.patient"
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "indexes": [
                    models.Index(fields=["after", "seen_at"], name="clinic_hand_after_i_c29dfb_idx")
                ],
            },
        )
    ]
