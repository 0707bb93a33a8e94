"""The mechanism with sliders: a dose, a climb, a hypothesis, and what would follow from them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models import ComputationKind
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.pages.computed import Part, asked_for
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.simulations import CONDITIONS, HYPOTHESES, simulation_asked
from lowdose.regimen.climb import regimen_of, schedule
from lowdose.regimen.templates import find_template

__all__ = ["addresses"]

_WORDS = {
    "rebound": _("Rebound: the body answers the blockade with more of its own opioids"),
    "none": _("None: expectation and natural course only"),
    "glia": _("Glia: the drug itself calms cells of the brain's immune system"),
    "growth_factor": _("Growth factor: as rebound, at another receptor"),
}


def _slider(low: float, high: float, step: float) -> forms.NumberInput:
    return forms.NumberInput(attrs={"type": "range", "min": low, "max": high, "step": step})


class SimulatorForm(forms.Form):
    """What is taken, for how long, and which account is taken for true."""

    climb = forms.ChoiceField(
        label=_("Doses"),
        choices=[
            ("constant", _("The same every night")),
            ("usual", _("Usual: 1.5, 3, then 4.5 mg, two weeks each")),
            ("slow", _("Slow: from 0.5 mg, 0.5 mg more each week, to 4.5 mg")),
        ],
        initial="constant",
    )
    dose = forms.FloatField(
        label=_("Dose each night"),
        min_value=0.5,
        max_value=10,
        step_size=0.5,
        initial=4.5,
        widget=_slider(0.5, 10, 0.5),
    )
    days = forms.IntegerField(
        label=_("Days"),
        min_value=14,
        max_value=168,
        step_size=7,
        initial=84,
        widget=_slider(14, 168, 7),
    )
    hypothesis = forms.ChoiceField(
        label=_("If this were true"),
        choices=[(name, _WORDS[name]) for name in HYPOTHESES],
        initial="rebound",
        widget=forms.RadioSelect,
    )
    condition = forms.ChoiceField(
        label=_("Ratings start as in"),
        choices=list(zip(CONDITIONS, (_("fibromyalgia"), _("chronic pain")), strict=True)),
        initial="fibromyalgia",
    )

    def doses(self) -> list[float]:
        """The dose of each day, mg, once the form is valid."""
        data = self.cleaned_data
        if data["climb"] == "constant":
            return [float(data["dose"])] * data["days"]
        days: int = data["days"]
        climb = [float(dose) for dose in schedule(regimen_of(find_template(data["climb"])))]
        return (climb + climb[-1:] * days)[:days]


@page(Action.SIGNED_IN)
def simulator(request: HttpRequest) -> HttpResponse:
    """The sliders, and below them what they come to."""
    form = _form(request)
    content = {"form": form, "part": _part(request, form)}
    return render(request, "clinic/simulator.html", content, status=400 if form.errors else 200)


@page(Action.SIGNED_IN)
def simulator_result(request: HttpRequest) -> HttpResponse:
    """What the sliders come to, alone."""
    form = _form(request)
    content = {"form": form, "part": _part(request, form)}
    return render(request, "clinic/simulator_result.html", content)


def _form(request: HttpRequest) -> SimulatorForm:
    """What the address says; where it says nothing, the usual course."""
    usual: dict[str, Any] = {
        name: field.initial for name, field in SimulatorForm.base_fields.items()
    }
    form = SimulatorForm({**usual, **request.GET.dict()})
    form.is_valid()
    return form


def _part(request: HttpRequest, form: SimulatorForm) -> Part | None:
    if form.errors:
        return None
    asked = simulation_asked(
        form.doses(),
        hypothesis=form.cleaned_data["hypothesis"],
        condition=form.cleaned_data["condition"],
    )
    return asked_for(ComputationKind.SIMULATION, asked, user_of(request))


addresses = [
    path("simulator/", simulator, name="simulator"),
    path("simulator/result", simulator_result, name="simulator_result"),
]
