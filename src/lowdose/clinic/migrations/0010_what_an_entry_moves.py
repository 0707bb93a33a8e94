"""Indexes in which every new entry moved something, though nobody ever looked it up there."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0009_answers_due"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="course", name="clinic_cour_prescri_a67dab_idx"),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["prescriber", "state"], name="clinic_cour_prescri_a34572_idx"
            ),
        ),
        migrations.AlterField(
            model_name="diaryentry",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="clinic.diaryentry",
            ),
        ),
        migrations.AddIndex(
            model_name="diaryentry",
            index=models.Index(
                F("replaces"), condition=Q(replaces__isnull=False), name="replaced_entries"
            ),
        ),
    ]
