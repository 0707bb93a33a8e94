"""People who work here: add one, change a role, let nobody in any more."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lowdose.clinic.chain import record
from lowdose.clinic.models import Role, SignInChangeKind, User
from lowdose.clinic.verbs.handing_over import patients_of
from lowdose.clinic.verbs.sessions import end_sessions
from lowdose.clinic.verbs.sign_in_changes import note_change
from lowdose.errors import Fault, InputError, LowdoseError

__all__ = [
    "activate",
    "add_person",
    "change_role",
    "deactivate",
    "find_person",
    "new_password",
    "renew_password",
    "reset_factors",
]


def new_password() -> str:
    """A password made by chance, to be shown once."""
    return secrets.token_urlsafe(12)


@transaction.atomic
def add_person(
    username: str,
    role: Role,
    password: str,
    *,
    actor: User | None,
    name: str = "",
    language: str = "en",
    time_zone: str = "UTC",
) -> User:
    """Add somebody who signs in with a password, and later with a second factor.

    Raises InputError where the name is taken or the password is too weak.
    """
    user = User(
        username=username.lower(), role=role, name=name, language=language, time_zone=time_zone
    )
    user.is_staff = user.is_superuser = role is Role.ADMINISTRATOR
    user.set_password(password)
    _check(user, password)
    user.save()
    record("person_added", actor=actor, subject=user.username, role=str(role))
    return user


def _check(user: User, password: str) -> None:
    from django.contrib.auth.password_validation import validate_password

    faults = []
    try:
        validate_password(password, user)
    except ValidationError as error:
        faults += [Fault("password", "this one", text) for text in error.messages]
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        faults += [
            Fault(field, repr(str(getattr(user, field, ""))[:40]), " ".join(texts))
            for field, texts in error.message_dict.items()
        ]
    if faults:
        raise InputError(faults)


def find_person(username: str) -> User:
    """Whoever signs in by this name.

    Raises InputError where nobody does.
    """
    found = User.objects.filter(username=username.lower()).first()
    if found is None:
        raise InputError([Fault("name", repr(username[:40]), "the name that somebody signs in by")])
    return found


@transaction.atomic
def change_role(user: User, role: Role, *, actor: User | None) -> None:
    """Give somebody who works here another role, from the next click on.

    Raises LowdoseError where it would be one's own, the last administrator's, a patient's, or
    where patients would be left without a prescriber.
    """
    held = _held(user)
    if held.role == role:
        return
    if Role.PATIENT in {held.role, role}:
        raise LowdoseError(_("A patient's account stays a patient's, and no other becomes one."))
    _keep_administrator(held, actor)
    if held.role == Role.PRESCRIBER and patients_of(held).exists():
        raise LowdoseError(
            _("Patients of this prescriber would be left without one: hand them over first.")
        )
    before, held.role = held.role, role
    held.is_staff = held.is_superuser = role is Role.ADMINISTRATOR
    held.save()
    end_sessions(held)
    record(
        "role_changed", actor=actor, subject=held.username, **{"from": str(before), "to": str(role)}
    )


@transaction.atomic
def deactivate(user: User, *, actor: User | None) -> None:
    """Let somebody in no more; whoever is signed in as this person is signed out.

    Raises LowdoseError where it would be oneself or the last administrator.
    """
    held = _held(user)
    _keep_administrator(held, actor)
    held.is_active = False
    held.save()
    end_sessions(held)
    record("person_deactivated", actor=actor, subject=held.username)


@transaction.atomic
def activate(user: User, *, actor: User | None) -> None:
    """Let somebody in again."""
    held = _held(user)
    held.is_active = True
    held.save()
    record("person_activated", actor=actor, subject=held.username)


@transaction.atomic
def reset_factors(user: User, *, actor: User | None) -> int:
    """Remove every second factor of somebody who lost them; how many there were."""
    held = _held(user)
    count, _each = Authenticator.objects.filter(user=held).delete()
    end_sessions(held)
    note_change(held, SignInChangeKind.FACTORS_RESET)
    record("factors_reset", actor=actor, subject=held.username, factors=count)
    return int(count)


@transaction.atomic
def renew_password(user: User, *, actor: User | None) -> str:
    """A new password for somebody who works here, to be shown once.

    Raises LowdoseError for a patient, who gets a new code by an invitation.
    """
    held = _held(user)
    if held.is_patient:
        raise LowdoseError(_("A patient gets a new code by a new invitation."))
    password = new_password()
    held.set_password(password)
    held.save()
    end_sessions(held)
    note_change(held, SignInChangeKind.PASSWORD_RENEWED)
    record("password_renewed", actor=actor, subject=held.username)
    return password


def _held(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _keep_administrator(user: User, actor: User | None) -> None:
    if actor is not None and actor.pk == user.pk:
        raise LowdoseError(_("You cannot do this to yourself; another administrator can."))
    if user.role != Role.ADMINISTRATOR:
        return
    # all of them are held, so that two cannot take the role from each other at once
    others = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if not [other for other in others if other.pk != user.pk]:
        raise LowdoseError(_("This is the last administrator: make another one first."))
