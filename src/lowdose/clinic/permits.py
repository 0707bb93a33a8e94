"""Who may do what to which object: one table, asked by every page and every API call.

An action maps a role to a scope: ANY object, only their OWN, or, where the role is missing,
nothing. Own is a prescriber's patient and a patient's own course. What somebody may not see is
not there for them: the answer is "not found", whether it exists or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lowdose.clinic.models import Course, DiaryEntry, Patient, Role, User

__all__ = ["PERMITS", "Action", "Scope", "may", "own"]

Owned = Course | Patient | DiaryEntry


class Scope(StrEnum):
    """On which objects."""

    OWN = "own"
    ANY = "any"


class Action(StrEnum):
    """Everything that can be done here."""

    SIGNED_IN = "signed_in"
    HAVE_TOKENS = "have_tokens"
    LIST_COURSES = "list_courses"
    ADD_PATIENT = "add_patient"
    SEE_PATIENT = "see_patient"
    CHANGE_PATIENT = "change_patient"
    INVITE = "invite"
    PLAN_COURSE = "plan_course"
    SEE_COURSE = "see_course"
    CHANGE_COURSE = "change_course"
    OPEN_BLIND = "open_blind"
    EXPORT_COURSE = "export_course"
    IMPORT_COURSE = "import_course"
    SEE_PHARMACY = "see_pharmacy"
    PREPARE = "prepare"
    SEE_ALLOCATION = "see_allocation"
    OPEN_IN_EMERGENCY = "open_in_emergency"
    KEEP_DIARY = "keep_diary"
    SEE_OWN_COURSE = "see_own_course"
    TAKE_OWN_DATA = "take_own_data"
    SEE_RESEARCH = "see_research"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SITE = "manage_site"
    ERASE_PATIENT = "erase_patient"


_EVERYONE = dict.fromkeys(Role, Scope.ANY)

PERMITS: Mapping[Action, Mapping[Role, Scope]] = {
    Action.SIGNED_IN: _EVERYONE,
    # not who sees allocations, nor who manages the site
    Action.HAVE_TOKENS: dict.fromkeys((Role.PRESCRIBER, Role.PATIENT, Role.RESEARCHER), Scope.ANY),
    Action.LIST_COURSES: {Role.PRESCRIBER: Scope.OWN},
    Action.ADD_PATIENT: {Role.PRESCRIBER: Scope.OWN},
    Action.SEE_PATIENT: {Role.PRESCRIBER: Scope.OWN},
    Action.CHANGE_PATIENT: {Role.PRESCRIBER: Scope.OWN},
    Action.INVITE: {Role.PRESCRIBER: Scope.OWN},
    Action.PLAN_COURSE: {Role.PRESCRIBER: Scope.OWN},
    Action.SEE_COURSE: {Role.PRESCRIBER: Scope.OWN},
    Action.CHANGE_COURSE: {Role.PRESCRIBER: Scope.OWN},
    Action.OPEN_BLIND: {Role.PRESCRIBER: Scope.OWN},
    Action.EXPORT_COURSE: {Role.PRESCRIBER: Scope.OWN},
    Action.IMPORT_COURSE: {Role.PRESCRIBER: Scope.OWN},
    Action.SEE_PHARMACY: {Role.PHARMACIST: Scope.ANY},
    Action.PREPARE: {Role.PHARMACIST: Scope.ANY},
    Action.SEE_ALLOCATION: {Role.PHARMACIST: Scope.ANY},
    Action.OPEN_IN_EMERGENCY: {Role.PHARMACIST: Scope.ANY},
    Action.KEEP_DIARY: {Role.PATIENT: Scope.OWN},
    Action.SEE_OWN_COURSE: {Role.PATIENT: Scope.OWN},
    Action.TAKE_OWN_DATA: {Role.PATIENT: Scope.OWN},
    Action.SEE_RESEARCH: {Role.RESEARCHER: Scope.ANY},
    Action.MANAGE_PEOPLE: {Role.ADMINISTRATOR: Scope.ANY},
    Action.MANAGE_SITE: {Role.ADMINISTRATOR: Scope.ANY},
    Action.ERASE_PATIENT: {Role.ADMINISTRATOR: Scope.ANY},
}
"""The table. What is not in it may not be done."""


def may(user: User, action: Action, thing: Owned | None = None) -> bool:
    """Whether `user` may do this at all, or, given a thing, to that thing."""
    if not user.is_active:
        return False
    scope = PERMITS[action].get(Role(user.role))
    if scope is None or thing is None or scope is Scope.ANY:
        return scope is not None
    return own(user, thing)


def own(user: User, thing: Owned) -> bool:
    """Whether it is a prescriber's own patient's, or a patient's own."""
    patient = thing if isinstance(thing, Patient) else _course(thing).patient
    if user.role == Role.PRESCRIBER:
        return patient.prescriber_id == user.pk
    return user.role == Role.PATIENT and patient.account_id == user.pk


def _course(thing: Course | DiaryEntry) -> Course:
    return thing if isinstance(thing, Course) else thing.course
