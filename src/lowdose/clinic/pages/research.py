"""What a researcher sees: counts, digests, designs and pooled arrays; never one person's diary."""

from __future__ import annotations

import json
from functools import lru_cache
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lowdose.clinic.chain import record_alone
from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.library_words.phrases import said
from lowdose.clinic.models import Computation, ComputationKind, Course
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.pages.computed import asked_for, part_of, part_response
from lowdose.clinic.pages.files import file_response
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.designs import harms_asked, operating_asked
from lowdose.clinic.verbs.pooled import LEAST_PEOPLE, ask_for_pool
from lowdose.clinic.verbs.research import check_opened, counts, course_of_digest, published
from lowdose.errors import LowdoseError

__all__ = ["addresses"]

_PER_PAGE = 50


class PoolForm(forms.Form):
    """Which symptom to pool."""

    symptom = forms.ChoiceField(
        label=_("Symptom"), choices=[(one.name, one.title) for one in INSTRUMENTS.values()]
    )


class DigestForm(forms.Form):
    """A digest that somebody kept."""

    digest = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("A digest that you kept"),
        help_text=_("64 digits and letters a to f."),
    )


@page(Action.SEE_RESEARCH)
def research(request: HttpRequest) -> HttpResponse:
    """Counts, and the way to everything else."""
    content = {
        "counts": counts(timezone.localdate()),
        "pool_form": PoolForm(),
        "pools": Computation.objects.filter(kind=ComputationKind.POOL)[:10],
        "least": LEAST_PEOPLE,
    }
    return render(request, "clinic/research.html", content)


@page(Action.SEE_RESEARCH)
def research_allocations(request: HttpRequest) -> HttpResponse:
    """Every sealed allocation by its digest, opened or not, and a check of one that was kept."""
    found = Course.objects.filter(periods__gt=0).order_by("-created_at")
    shown = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    digests = published(shown)
    form = DigestForm(request.GET if "digest" in request.GET else None)
    content = {
        "rows": [(course, digests.get(course.number, "")) for course in shown],
        "shown": shown,
        "form": form,
        "kept": _course_of(form),
    }
    return render(request, "clinic/research_allocations.html", content)


def _course_of(form: DigestForm) -> Course | None:
    if not form.is_bound or not form.is_valid():
        return None
    return course_of_digest(form.cleaned_data["digest"].strip().lower())


@page(Action.SEE_RESEARCH)
def research_allocation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An opened allocation, with what anybody needs to check it."""
    course = Course.objects.filter(pk=pk, periods__gt=0, opened_at__isnull=False).first()
    if course is None:
        raise Http404
    checked, problem = None, ""
    try:
        checked = check_opened(course, actor=user_of(request))
    except LowdoseError as error:
        problem = said(str(error))
    content = {"course": course, "checked": checked, "problem": problem}
    return render(request, "clinic/research_allocation.html", content)


@page(Action.SEE_RESEARCH)
def research_designs(request: HttpRequest) -> HttpResponse:
    """The designs that have a name, and the harms that any of them has to reckon with."""
    harms = asked_for(ComputationKind.HARMS, harms_asked(), user_of(request))
    return render(request, "clinic/research_designs.html", {"groups": _designs(), "harms": harms})


@page(Action.SEE_RESEARCH)
def research_design(request: HttpRequest, name: str) -> HttpResponse:
    """One design: what it could settle, found by carrying it out many times."""
    rows = {row[0]: row for _folder, group in _designs() for row in group}
    if name not in rows:
        raise Http404
    from lowdose.trial.design.named import find_design

    asked = operating_asked(name, find_design(name))
    part = asked_for(ComputationKind.OPERATING, asked, user_of(request))
    return render(request, "clinic/research_design.html", {"row": rows[name], "part": part})


@lru_cache(maxsize=1)
def _designs() -> list[tuple[str, list[tuple[str, str, str, int]]]]:
    from lowdose.trial.design.named import FOLDERS, designs, find_design
    from lowdose.trial.design.timeline import kind_of

    found = []
    for folder in FOLDERS:
        named = [(name, find_design(name)) for name in designs(folder)]
        rows = [(name, one.title, str(kind_of(one)), one.people) for name, one in named]
        found.append((folder, rows))
    return found


@page(Action.SEE_RESEARCH)
@require_POST
def research_pool(request: HttpRequest) -> HttpResponseBase:
    """Pool the courses that have closed."""
    form = PoolForm(request.POST)
    if not form.is_valid():
        raise Http404
    found = ask_for_pool(form.cleaned_data["symptom"], actor=user_of(request))
    return redirect("research") if found is None else redirect("pool", key=found.pk)


@page(Action.SEE_RESEARCH)
def pool(request: HttpRequest, key: str) -> HttpResponse:
    """What courses say together of one symptom."""
    found = _pool(key)
    if found is None:
        raise Http404
    content = {"part": part_of(found), "symptom": found.asked["symptom"], "found": found}
    return render(request, "clinic/research_pool.html", content)


@page(Action.SEE_RESEARCH)
def pool_part(request: HttpRequest, key: str) -> HttpResponse:
    """The same, as far as it is."""
    return part_response(request, _pool(key))


@page(Action.SEE_RESEARCH)
def pool_array(request: HttpRequest, key: str) -> HttpResponse:
    """The file that `lowdose pool` adds to those of other sites; the download is recorded."""
    found = _pool(key)
    if found is None or "share" not in found.content:
        raise Http404
    record_alone("array_exported", actor=user_of(request), symptom=found.asked["symptom"])
    body = json.dumps(found.content["share"], ensure_ascii=True, indent=1) + "\n"
    return file_response(body, "array.json", "application/json")


def _pool(key: str) -> Computation | None:
    return Computation.objects.filter(pk=key, kind=ComputationKind.POOL).first()


addresses = [
    path("research/", research, name="research"),
    path("research/allocations/", research_allocations, name="research_allocations"),
    path("research/allocations/<uuid:pk>/", research_allocation, name="research_allocation"),
    path("research/designs/", research_designs, name="research_designs"),
    path("research/designs/<slug:name>/", research_design, name="research_design"),
    path("research/pool", research_pool, name="research_pool"),
    path("research/pools/<slug:key>/", pool, name="pool"),
    path("research/pools/<slug:key>/part", pool_part, name="pool_part"),
    path("research/pools/<slug:key>/array.json", pool_array, name="pool_array"),
]
