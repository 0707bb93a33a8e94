"""What happened to ways to sign in."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0007_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("password_changed", "Your password was changed"),
                            ("password_renewed", "A new password or code was made for you"),
                            ("factor_added", "A passkey, an app or recovery codes were added"),
                            ("factor_removed", "A passkey, an app or recovery codes were removed"),
                            ("factor_renewed", "New recovery codes were made"),
                            ("factors_reset", "All your passkeys and second factors were removed"),
                            ("locked_out", "Too many wrong passwords were tried with your name"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_in_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
    ]
