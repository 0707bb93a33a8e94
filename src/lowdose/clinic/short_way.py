"""The short way of a diary entry through what surrounds a request.

Two hundred patients may send their evening at one moment, and of the time that an entry takes a
fifth was spent in middleware that is there for pages: messages, static files, the history of who
changed a row by a form. An entry passes those that guard it, in the order of the settings, and the
same view behind the same gate; everything else goes the whole way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.module_loading import import_string

from lowdose.clinic.middleware import Handler

__all__ = ["LEFT_OUT", "short_way"]

Look = Callable[..., Any]
_NOT_SHOWN = ("process_exception", "process_template_response")

LEFT_OUT = {
    "whitenoise.middleware.WhiteNoiseMiddleware": "serves files",
    "django.middleware.locale.LocaleMiddleware": "an entry is answered in its patient's language",
    "django.contrib.auth.middleware.AuthenticationMiddleware": "`person` says who it is",
    "django.contrib.messages.middleware.MessageMiddleware": "an entry is answered to a script",
    "allauth.account.middleware.AccountMiddleware": "is about signing in",
    "simple_history.middleware.HistoryRequestMiddleware": "an entry changes nothing with a history",
    "axes.middleware.AxesMiddleware": "is about signing in",
}
"""What an entry does not pass, and why it need not."""


def short_way(get_response: Handler) -> Handler:
    """Send entries through what guards them, and everything else through everything.

    Raises ImproperlyConfigured where a guard would look at what this way does not show it.
    """
    path = reverse("diary_entries")
    match = resolve(path)
    looks: list[Look] = []
    chain = convert_exception_to_response(_looked_at(looks, match.func))
    for name in reversed(settings.MIDDLEWARE):
        middleware = import_string(name)
        if name in LEFT_OUT or middleware is short_way:
            continue
        guard = middleware(chain)
        if any(hasattr(guard, hook) for hook in _NOT_SHOWN):
            raise ImproperlyConfigured(f"{name} needs the whole way: see {__name__}")
        if hasattr(guard, "process_view"):
            looks.insert(0, guard.process_view)
        chain = convert_exception_to_response(guard)

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info != path:
            return get_response(request)
        request.resolver_match = match
        # until it is known whose it is; the thread still speaks the language of somebody else
        translation.activate(settings.LANGUAGE_CODE)
        return cast(HttpResponse, chain(request))

    return handle


def _looked_at(looks: list[Look], view: Callable[..., HttpResponse]) -> Handler:
    """The view, after those who look at a request right before it: against forgery, say."""

    def handle(request: HttpRequest) -> HttpResponse:
        refused = (look(request, view, (), {}) for look in looks)
        return next(filter(None, refused), None) or view(request)

    return handle
