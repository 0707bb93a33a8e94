"""How often somebody may guess: addresses that are secrets, and names with passwords.

Only wrong guesses count, so a hospital behind one address is not held up by its own use. Whoever
is on the way when the last one is counted still gets an answer: one a thread at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from lowdose.clinic.chain import record_alone
from lowdose.clinic.counting import count, counted

__all__ = ["MOST_GUESSES", "client_address", "guessable", "record_limited", "tried_name"]

MOST_GUESSES = 60
"""Wrong addresses of one kind, from one place, before it must wait."""

_WAIT_SECONDS = 1800
_WRONG = frozenset({404, 410})

View = Callable[..., HttpResponseBase]


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: as the proxy says where there is one, else who connects."""
    try:
        return get_client_ip(request) or ""
    except ImproperlyConfigured:
        return str(request.META.get("REMOTE_ADDR", ""))


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The name of a try, as the sign-in compares names; packages differ in what they call it."""
    said = credentials or {}
    name = said.get("username") or said.get("login") or request.POST.get("login")
    return str(name).strip().lower() if name else None


def guessable(view: View) -> View:
    """For a page whose address is a secret: after many wrong ones, wait."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = _key(request, view.__name__)
        if counted(key) >= MOST_GUESSES:
            return _wait(request)
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            _count(request, key, view.__name__)
            raise
        if response.status_code in _WRONG:
            _count(request, key, view.__name__)
        return response

    return guarded


def _key(request: HttpRequest, what: str) -> str:
    return f"guesses:{what}:{client_address(request)}"


def _count(request: HttpRequest, key: str, what: str) -> None:
    if count(key, _WAIT_SECONDS) >= MOST_GUESSES:
        record_limited(request, what)


def record_limited(request: HttpRequest, what: str) -> None:
    """Note once in half an hour that a place was held up: a flood must not fill the trail."""
    if count(f"limited:{what}:{client_address(request)}", _WAIT_SECONDS) == 1:
        record_alone("guesses_limited", actor=None, what=what)


def _wait(request: HttpRequest) -> HttpResponse:
    return render(request, "clinic/locked_out.html", status=429)
