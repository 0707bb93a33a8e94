"""The one gate of every page: who is it, may they, and on which object.

    @page(Action.SEE_COURSE, course)
    def course_page(request, course): ...

Every page of the clinic goes through it (a test walks all addresses); the object is looked up
here, and what somebody may not see is "not found" to them. A refusal is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from lowdose.clinic.chain import record_alone
from lowdose.clinic.models import Course, Patient, User
from lowdose.clinic.permits import Action, may

__all__ = [
    "a_course",
    "a_patient",
    "action_of",
    "let_in",
    "model_of",
    "own_course",
    "page",
    "public",
    "user_of",
]

P = ParamSpec("P")
Thing = TypeVar("Thing", Course, Patient)
View = Callable[..., HttpResponseBase]
_ACTION, _MODEL = "clinic_action", "clinic_model"


def user_of(request: HttpRequest) -> User:
    """Who is signed in, behind the gate."""
    return cast(User, request.user)


def public(view: View) -> View:
    """Mark a page that needs no sign-in; the walk through all addresses lists these."""
    setattr(view, _ACTION, "public")
    return view


def action_of(view: View) -> Action | str | None:
    """What a page says that it is for; None where it says nothing."""
    return getattr(view, _ACTION, None)


def model_of(view: View) -> type[Course] | type[Patient] | None:
    """What the address of a page names: a course, a patient, or neither."""
    return getattr(view, _MODEL, None)


def page(action: Action) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Let in who is signed in and may do `action` at all."""

    def gate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refused = _refused(request, action)
            return refused if refused is not None else view(request, *args, **kwargs)

        setattr(guarded, _ACTION, action)
        return guarded

    return gate


def _refused(request: HttpRequest, action: Action) -> HttpResponse | None:
    if not request.user.is_authenticated:
        # without the address asked for: it would hold a course's number
        return redirect_to_login("/")
    if not may(user_of(request), action):
        record_alone("refused", actor=user_of(request), asked=str(action))
        raise Http404
    return None


def a_course(
    action: Action,
) -> Callable[[Callable[Concatenate[HttpRequest, Course, P], HttpResponseBase]], View]:
    """Let in who may do `action` to the course of the address; the page gets the course."""

    def gate(view: Callable[Concatenate[HttpRequest, Course, P], HttpResponseBase]) -> View:
        @page(action)
        @wraps(view)
        def guarded(request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
            courses = Course.objects.select_related("patient", "prescriber")
            found = courses.filter(pk=pk).first()
            return view(request, let_in(request, action, found), *args, **kwargs)

        setattr(guarded, _MODEL, Course)
        return guarded

    return gate


def a_patient(
    action: Action,
) -> Callable[[Callable[Concatenate[HttpRequest, Patient, P], HttpResponseBase]], View]:
    """Let in who may do `action` to the patient of the address; the page gets the patient."""

    def gate(view: Callable[Concatenate[HttpRequest, Patient, P], HttpResponseBase]) -> View:
        @page(action)
        @wraps(view)
        def guarded(request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = Patient.objects.select_related("account").filter(pk=pk).first()
            return view(request, let_in(request, action, found), *args, **kwargs)

        setattr(guarded, _MODEL, Patient)
        return guarded

    return gate


def let_in(request: HttpRequest, action: Action, found: Thing | None) -> Thing:
    """The course or the patient, for who may do this to it.

    Raises Http404 where there is none, and, recorded as refused, to everybody else.
    """
    user = user_of(request)
    if found is None:
        raise Http404
    if not may(user, action, found):
        record_alone("refused", actor=user, asked=str(action), subject=str(found))
        raise Http404
    return found


def own_course(user: User) -> Course | None:
    """The course that a patient keeps a diary of: the newest."""
    courses = Course.objects.select_related("patient").filter(patient__account=user)
    return courses.order_by("-first_day", "-created_at").first()
