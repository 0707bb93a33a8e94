"""Sessions that say whose they are; those that run go on, on the new table."""

from __future__ import annotations

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone


def _move(apps: Any, _editor: object) -> None:
    now, store = timezone.now(), SessionStore()
    new, users = apps.get_model("clinic", "Session"), apps.get_model("clinic", "User")
    known = set(users.objects.values_list("pk", flat=True))
    old = apps.get_model("sessions", "Session")
    for row in old.objects.filter(expire_date__gt=now).iterator(chunk_size=1000):
        data = store.decode(row.session_data)
        user = data.get("_auth_user_id", "")
        if not user.isdecimal() or int(user) not in known:
            continue
        number = uuid.uuid4()
        data["sign_in"] = {"number": str(number), "began_at": now.isoformat()}
        new.objects.create(
            session_key=row.session_key,
            session_data=store.encode(data),
            expire_date=row.expire_date,
            number=number,
            user_id=int(user),
            began_at=now,
            used_at=now,
        )
    old.objects.all().delete()


class Migration(migrations.Migration):
    """The table, and what stood in the old one."""

    dependencies = [
        ("clinic", "0006_designs_and_harms"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("number", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ("browser", models.CharField(blank=True, default="", max_length=20)),
                ("system", models.CharField(blank=True, default="", max_length=20)),
                ("began_at", models.DateTimeField()),
                ("used_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "ordering": ["-used_at"],
                "abstract": False,
            },
        ),
        migrations.RunPython(_move, migrations.RunPython.noop),
    ]
