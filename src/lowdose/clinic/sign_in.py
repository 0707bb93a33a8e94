"""Signing in: nobody signs up by themselves, and every sign-in, failed or not, is recorded."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm as AccountLoginForm
from allauth.account.signals import password_changed
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.chain import record, record_alone
from lowdose.clinic.limits import record_limited
from lowdose.clinic.middleware import FACTOR_PASSED, zone_of
from lowdose.clinic.models import SignInChangeKind, User
from lowdose.clinic.sessions import note_device
from lowdose.clinic.statements import columns, rows
from lowdose.clinic.verbs.sessions import end_sessions
from lowdose.clinic.verbs.sign_in_changes import note_change, untold_changes

__all__ = [
    "Accounts",
    "ClosedAccountAdapter",
    "FactorAdapter",
    "LoginForm",
    "connect",
    "locked_out",
]

_PERSON = f"SELECT {columns(User, 'person')} FROM {User._meta.db_table} person WHERE id = %s"


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    """Who signs in, and, with every request, who asks."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; in written-out SQL, since every request begins with it."""
        found = rows(User, _PERSON, [user_id])
        return next(filter(self.user_can_authenticate, found), None)


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an invitation or by the site's administrator, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Not after too many failures: of an address whatever the name, of a second factor."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            record_limited(request, "sign_in")
            raise ImmediateHttpResponse(locked_out(request)) from None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is ever sent: no address is kept."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors; their secrets are encrypted with the key of the identifying fields."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        from lowdose.clinic.vault import seal_text

        return seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        from lowdose.clinic.vault import open_text

        return open_text(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that passkeys belong to."""
        return {"id": settings.SITE.host, "name": "lowdose clinic"}


class LoginForm(AccountLoginForm):  # type: ignore[misc]
    """Name, and password or code. There is no way to have a password sent: nothing is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name")
        self.fields["password"].label = _("Password or code")
        self.fields["password"].help_text = ""
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)


def connect() -> None:
    """Hear of every sign-in."""
    user_logged_in.connect(_signed_in, dispatch_uid="clinic-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="clinic-signed-out")
    user_login_failed.connect(_failed, dispatch_uid="clinic-sign-in-failed")
    user_locked_out.connect(_locked, dispatch_uid="clinic-locked-out")
    authentication_failed.connect(_factor_failed, dispatch_uid="clinic-factor-failed")
    authenticator_added.connect(_factor_added, dispatch_uid="clinic-factor-added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="clinic-factor-removed")
    authenticator_reset.connect(_factor_reset, dispatch_uid="clinic-factor-reset")
    password_changed.connect(_password_changed, dispatch_uid="clinic-password-changed")


def _signed_in(request: HttpRequest | None, user: User, **__: Any) -> None:
    if request is not None:
        note_device(request)
        if not user.is_patient:
            request.session.set_expiry(settings.STAFF_SESSION_SECONDS)
        _tell_changes(request, user)
    record_alone("signed_in", actor=user)


def _tell_changes(request: HttpRequest, user: User) -> None:
    """In the person's own language and time: the page after this one is the first that has them."""
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        for one in untold_changes(user, timezone.now()):
            moment = date_format(timezone.localtime(one.at), "DATETIME_FORMAT")
            what = {"what": one.get_kind_display(), "moment": moment}
            said = _("%(what)s, %(moment)s. If it was not you, tell whoever runs this site.") % what
            messages.warning(request, said)


def _signed_out(user: User | None, **__: Any) -> None:
    if user is not None:
        record_alone("signed_out", actor=user)


def _failed(**__: Any) -> None:
    # What was typed is not kept: people type passwords into the wrong field.
    record_alone("sign_in_failed", actor=None)


def _locked(username: str | None = None, **__: Any) -> None:
    """Whose name it was is noted where somebody has it; otherwise it may be a password."""
    whose = User.objects.filter(username=username or "").first()
    with transaction.atomic():
        if whose is not None:
            note_change(whose, SignInChangeKind.LOCKED_OUT)
        record("locked_out", actor=None, subject="" if whose is None else whose.username)


def _factor_failed(user: User, **__: Any) -> None:
    record_alone("factor_failed", actor=user)


def _factor_added(request: HttpRequest, user: User, **__: Any) -> None:
    _changed("factor_added", request, user)


def _factor_removed(request: HttpRequest, user: User, **__: Any) -> None:
    request.session.pop(FACTOR_PASSED, None)
    _changed("factor_removed", request, user)


def _factor_reset(request: HttpRequest, user: User, **__: Any) -> None:
    _changed("factor_renewed", request, user)


def _password_changed(request: HttpRequest, user: User, **__: Any) -> None:
    _changed("password_changed", request, user)


def _changed(action: str, request: HttpRequest, user: User) -> None:
    """Whoever changes a way to sign in stays signed in here, and nowhere else."""
    with transaction.atomic():
        note_change(user, SignInChangeKind(action))
        end_sessions(user, but=request.session.session_key)
        record(action, actor=user)


def locked_out(request: HttpRequest, *__: Any, **___: Any) -> HttpResponse:
    """The page after too many wrong passwords."""
    return render(request, "clinic/locked_out.html", status=429)
