"""The clinic as a Django application."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ClinicConfig"]


class ClinicConfig(AppConfig):
    """Its models, pages and commands."""

    name = "lowdose.clinic"
    label = "clinic"
    verbose_name = "lowdose clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what must be recorded of signing in."""
        from lowdose.clinic import sign_in

        sign_in.connect()
