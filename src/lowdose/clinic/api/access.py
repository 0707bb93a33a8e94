"""Who calls the API, whether they may, and how often.

A browser's session needs the CSRF token for what changes something; a token of `profile/tokens`
stands for its person. What somebody may not see is answered as what is not there.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.throttling import BaseThrottle
from ninja.utils import check_csrf

from lowdose.clinic.chain import record_alone
from lowdose.clinic.counting import count
from lowdose.clinic.models import Course, User
from lowdose.clinic.permits import Action, may
from lowdose.clinic.verbs.tokens import find_token

__all__ = ["PerPerson", "SessionAuth", "TokenAuth", "caller", "course_for"]

_MINUTE_SECONDS = 60


class TokenAuth(HttpBearer):
    """A personal token."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Its person, where it is good."""
        found = find_token(token, timezone.now())
        if found is None or not may(found.user, Action.HAVE_TOKENS):
            return None
        request.user = found.user
        return found.user


class SessionAuth(APIKeyCookie):
    """A browser in which somebody is signed in."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User | None:
        """The person; another site's request is refused."""
        if not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, "CSRF")
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002
        """The person, if still working here."""
        user = cast(User, request.user)
        return user if may(user, Action.SIGNED_IN) else None


class PerPerson(BaseThrottle):
    """So many calls a minute for each person, whichever token or session they come by."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this call, and say whether it is one too many."""
        key = f"api-calls:{caller(request).pk}"
        return count(key, _MINUTE_SECONDS) <= self.a_minute

    def wait(self) -> float:
        """Until the minute is over, at most."""
        return float(_MINUTE_SECONDS)


def caller(request: HttpRequest) -> User:
    """Who calls."""
    return cast(User, request.auth)  # type: ignore[attr-defined]


def course_for(request: HttpRequest, pk: UUID, *actions: Action) -> Course:
    """The course, for whoever may do one of `actions` to it.

    Raises Http404 where there is none, and just so where they may not.
    """
    user = caller(request)
    if not any(may(user, action) for action in actions):
        record_alone("refused", actor=user, asked=str(actions[0]))
        raise Http404
    courses = Course.objects.select_related("patient", "prescriber")
    found = courses.prefetch_related("symptoms").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not any(may(user, action, found) for action in actions):
        record_alone("refused", actor=user, asked=str(actions[0]), subject=found.number)
        raise Http404
    return found
