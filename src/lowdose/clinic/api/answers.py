"""How the API tells what is wrong: always `{"faults": [...]}`, whatever went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from lowdose.errors import Fault, InputError, LowdoseError

__all__ = ["NOT_THERE", "answer_faults", "problem"]

NOT_THERE = Fault("address", "nothing", "something that is there, and yours to see")
_FAULTS_SHOWN = 100
_WORDS = {
    401: Fault("Authorization", "nobody", "a signed-in session, or a token that is good"),
    403: Fault("X-CSRFToken", "missing or another", "the token of the session"),
    429: Fault("requests", "too many", "fewer a minute", "wait, then go on"),
}
_UNREADABLE = Fault("body", "unreadable", "JSON in UTF-8")


def problem(faults: Iterable[Fault], status: int = 422) -> HttpResponse:
    """The answer that tells these faults."""
    told = [
        {
            "place": fault.place,
            "value": fault.value,
            "expected": fault.expected,
            "remedy": fault.remedy,
        }
        for fault in list(faults)[:_FAULTS_SHOWN]
    ]
    return JsonResponse({"faults": told}, status=status)


def answer_faults(api: NinjaAPI) -> None:
    """Have every error of the API answered so."""
    api.add_exception_handler(InputError, _input_error)
    api.add_exception_handler(LowdoseError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, _not_there)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Throttled, _http_error)


def _input_error(_: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.faults)


def _refused(_: HttpRequest, error: Any) -> HttpResponse:
    return problem([Fault("course", str(error), "something that can be done now")])


def _not_there(_: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return problem([NOT_THERE], 404)


def _http_error(_: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, InputError):
        return problem(cause.faults)
    if error.status_code in _WORDS:
        return problem([_WORDS[error.status_code]], error.status_code)
    return problem([_UNREADABLE])


def _invalid(_: HttpRequest, error: Any) -> HttpResponse:
    return problem(_fault(one) for one in error.errors)


def _fault(error: Mapping[str, Any]) -> Fault:
    """One fault of a schema. What was sent is not repeated: it may be somebody's note."""
    loc = error["loc"]
    # a body's first part is the name of a parameter that nobody outside knows
    inner = loc[2:] if loc[:1] == ("body",) else loc
    place = ".".join(str(part)[:40] for part in inner)
    return Fault(place or "body", str(error["type"]), str(error["msg"])[:200])
