"""Django's own pages of tables, for the site administrator: what the worker did, to look at only.

Everything that changes data goes through a verb and so into the audit trail; nothing can be
changed here. Neither what a task was about nor the text of an error is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path

__all__ = ["ReadOnlySite", "TablesConfig"]


class TablesConfig(SimpleAdminConfig):
    """Django's admin with our site, and with no table that a package offers."""

    default_site = "lowdose.clinic.tables.ReadOnlySite"

    def ready(self) -> None:
        """Show what may be shown."""
        super().ready()
        from django_tasks_db.models import DBTaskResult

        admin.site.register(DBTaskResult, Tasks)


class Tasks(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the worker did: when, and whether it worked."""

    actions = None
    fields: ClassVar = [
        "task_path",
        "status",
        "enqueued_at",
        "started_at",
        "finished_at",
        "exception_class_path",
    ]
    list_display = ("id", "task_path", "status", "enqueued_at", "finished_at")
    list_filter = ("status",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Never."""
        return False


class ReadOnlySite(admin.AdminSite):
    """Behind the same gate as every page, and without a sign-in of its own."""

    site_header = site_title = "lowdose"

    def has_permission(self, request: HttpRequest) -> bool:
        """Who may manage the site."""
        from lowdose.clinic.pages.access import user_of
        from lowdose.clinic.permits import Action, may

        return request.user.is_authenticated and may(user_of(request), Action.MANAGE_SITE)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """The gate of every page, then Django's."""
        from lowdose.clinic.pages.access import page
        from lowdose.clinic.permits import Action

        return page(Action.MANAGE_SITE)(super().admin_view(view, cacheable))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, with the clinic's own pages for signing out and for a new password."""
        from lowdose.clinic.pages.access import page
        from lowdose.clinic.pages.home import closed
        from lowdose.clinic.permits import Action

        signed_in = page(Action.SIGNED_IN)
        own: list[URLPattern | URLResolver] = [
            path("login/", closed, name="login"),
            path("logout/", signed_in(_sign_out), name="logout"),
            path("password_change/", signed_in(_new_password), name="password_change"),
        ]
        names = {one.name for one in own if isinstance(one, URLPattern)}
        return own + [one for one in super().get_urls() if getattr(one, "name", "") not in names]


def _sign_out(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    return redirect("account_logout")


def _new_password(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    return redirect("account_change_password")
