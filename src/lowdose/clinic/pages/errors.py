"""What is shown when something does not work. Never what somebody wrote."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["bad_request", "cross_site", "forbidden", "not_found", "server_error"]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404, also for what somebody may not see."""
    return render(request, "clinic/error.html", {"kind": "not_found"}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403."""
    return render(request, "clinic/error.html", {"kind": "forbidden"}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """400."""
    return render(request, "clinic/error.html", {"kind": "bad_request"}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a word on what went wrong: it could be personal."""
    return render(request, "clinic/error.html", {"kind": "server_error"}, status=500)


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form that another site sent, or that lay open too long."""
    return render(request, "clinic/error.html", {"kind": "cross_site"}, status=403)
