"""Parts of pages that the worker has to make first: a word meanwhile, then what it made.

A part asks again every 400 ms and is answered with nothing while nothing has changed, so that a
screen reader is told of the change and not of the waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from lowdose.clinic.models import Computation, ComputationKind, User
from lowdose.clinic.pages.access import page
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.computed import want

__all__ = ["Part", "addresses", "asked_for", "part_response"]

_OPEN = tuple(kind for kind in ComputationKind if kind != ComputationKind.POOL)


@dataclass(frozen=True)
class Part:
    """What a page shows of a computation.

    state: "waiting", "working", "made" or "problem"; "busy" where it was not even asked for,
    "dropped" where a newer question took its place.
    """

    state: str
    key: str = ""
    template: str = ""
    address: str = ""
    content: Mapping[str, Any] | None = None
    problem: str = ""

    @property
    def pending(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {"waiting", "working"}


def asked_for(kind: ComputationKind, asked: Mapping[str, Any], user: User) -> Part:
    """Ask the worker, unless it has been made; the part to show now."""
    found = want(kind, asked, actor=user)
    return Part("busy") if found is None else part_of(found)


def part_of(found: Computation) -> Part:
    """How far a computation is."""
    template = f"clinic/computed_{found.kind}.html"
    address = reverse(
        "pool_part" if found.kind == ComputationKind.POOL else "computed", args=[found.pk]
    )
    if found.made_at is None:
        return Part("working" if found.started_at else "waiting", found.pk, template, address)
    state = "problem" if found.problem else "made"
    return Part(state, found.pk, template, address, found.content, found.problem)


@page(Action.SIGNED_IN)
def computed(request: HttpRequest, key: str) -> HttpResponse:
    """One part, as far as it is."""
    return part_response(request, Computation.objects.filter(pk=key, kind__in=_OPEN).first())


def part_response(request: HttpRequest, found: Computation | None) -> HttpResponse:
    """The part; 204 where nothing has changed since the browser asked before.

    One that is not there any more was dropped for a newer question.
    """
    if not request.headers.get("HX-Request"):
        raise Http404
    part = Part("dropped") if found is None else part_of(found)
    if part.state == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "clinic/computed.html", {"part": part})


addresses = [path("computed/<slug:key>", computed, name="computed")]
