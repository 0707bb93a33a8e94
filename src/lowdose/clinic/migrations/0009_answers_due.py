"""Since when an answer is due, instead of whether it is: whoever waits longest comes first."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now


def _since_now(apps, _editor):  # type: ignore[no-untyped-def]
    """What was due before is due from now on."""
    apps.get_model("clinic", "Course").objects.filter(answer_due=True).update(answer_due_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_sign_in_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="answer_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(_since_now, migrations.RunPython.noop),
        migrations.RemoveField(model_name="course", name="answer_due"),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                F("answer_due_at"),
                condition=Q(answer_due_at__isnull=False),
                name="answers_due",
            ),
        ),
    ]
