"""The form of a new course: what a prescriber chooses, read into a layout or into its faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.forms import add_faults
from lowdose.clinic.instruments import CONDITIONS, INSTRUMENTS, Instrument
from lowdose.clinic.verbs.plans import Layout, laid_out
from lowdose.errors import InputError, Refusal

__all__ = ["CourseForm", "Refused"]

_OWN = "own"
_TEMPLATE_WORDS = {
    "usual": _("Usual: 1.5, 3, then 4.5 mg, two weeks each"),
    "slow": _("Slow: from 0.5 mg, 0.5 mg more each week, to 4.5 mg"),
}
_MOMENTS = [
    ("bedtime", _("at bedtime")),
    ("evening", _("in the evening")),
    ("morning", _("in the morning")),
]
_YES_NO = [("", _("not asked")), ("no", _("no")), ("yes", _("yes"))]
_CLIMB = ("start_mg", "step_mg", "every_days", "target_mg")
_SAFETY = ("liver", "kidney", "pregnant", "breast_feeding", "immune", "thyroid", "allergy")
_LONGEST = 84


def _asked(*choices: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [("", _("not asked")), *choices]


def _mg(label: Any, **more: Any) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, max_value=10, **more)


@dataclass(frozen=True)
class Refused:
    """Why there must be no plan, as the library says it, and on whose word."""

    words: str
    source: str


def _refused(text: str) -> Iterator[Refused]:
    """The reasons of a refusal, one a line: "- reason [source]"."""
    for line in text.splitlines()[1:]:
        words, _sign, source = line.removeprefix("- ").rpartition(" [")
        yield Refused(words, source.removesuffix("]"))


class CourseForm(forms.Form):
    """Everything that makes a course. `layout` holds it once the form is valid."""

    layout: Layout | None = None
    refusal: tuple[Refused, ...] = ()

    condition = forms.ChoiceField(label=_("Condition"), choices=list(CONDITIONS.items()))
    symptoms = forms.MultipleChoiceField(
        label=_("What the diary asks every day"),
        choices=[(one.key, one.title) for one in INSTRUMENTS.values()],
        widget=forms.CheckboxSelectMultiple,
        initial=["pain"],
        help_text=_(
            "Ratings from 0 to 10, free to use. The fewer, the longer people go on answering."
        ),
    )

    opioids = forms.ChoiceField(
        label=_("Are opioids taken?"),
        choices=[
            ("", _("please answer")),
            ("none", _("no")),
            ("stopped", _("stopped")),
            ("current", _("yes")),
        ],
        help_text=_(
            "Strong painkillers, methadone or buprenorphine, heroin, kratom. Naltrexone "
            "must never meet an opioid: without an answer there is no plan."
        ),
    )
    opioids_stopped = forms.DateField(
        label=_("Last dose of the opioid"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    opioids_name = forms.CharField(label=_("Which opioid"), required=False, max_length=60)
    medicines = forms.CharField(
        label=_("Other medicines, by name, with commas between"),
        required=False,
        max_length=600,
        help_text=_("Write “none” if there are none; leave it empty if nobody asked."),
    )
    liver = forms.ChoiceField(
        label=_("Liver disease"),
        required=False,
        choices=_asked(
            ("none", _("none")),
            ("mild", _("mild")),
            ("cirrhosis", _("cirrhosis")),
            ("acute-hepatitis", _("acute hepatitis")),
            ("failure", _("failure")),
        ),
    )
    kidney = forms.ChoiceField(
        label=_("Kidney disease"),
        required=False,
        choices=_asked(
            ("none", _("none")),
            ("mild", _("mild")),
            ("moderate", _("moderate")),
            ("severe", _("severe")),
        ),
    )
    pregnant = forms.ChoiceField(
        label=_("Pregnancy"),
        required=False,
        choices=_asked(("no", _("no")), ("yes", _("yes")), ("planned", _("planned"))),
    )
    breast_feeding = forms.ChoiceField(label=_("Breast-feeding"), required=False, choices=_YES_NO)
    surgery = forms.CharField(
        label=_("Operation planned"),
        required=False,
        max_length=20,
        help_text=_("“none”, or its date as 2027-01-31; empty if nobody asked."),
    )
    immune = forms.ChoiceField(
        label=_("Immune treatment"),
        required=False,
        choices=_asked(
            ("none", _("none")),
            ("immunosuppressant", _("immunosuppressant")),
            ("biologic", _("biologic")),
            ("transplant", _("transplant")),
        ),
    )
    thyroid = forms.ChoiceField(label=_("Thyroid medicine"), required=False, choices=_YES_NO)
    allergy = forms.ChoiceField(
        label=_("Allergy"),
        required=False,
        choices=_asked(
            ("none", _("none")),
            ("naltrexone", _("naltrexone")),
            ("ingredient", _("an ingredient")),
            ("related", _("related medicines")),
        ),
    )
    age_years = forms.IntegerField(
        label=_("Age in years"), required=False, min_value=0, max_value=120
    )
    specialist = forms.BooleanField(
        label=_("A specialist in the condition knows of the plan and agrees"), required=False
    )

    template = forms.ChoiceField(
        label=_("Doses"),
        choices=[*_TEMPLATE_WORDS.items(), (_OWN, _("My own numbers"))],
        initial="usual",
    )
    start_mg = _mg(_("First dose, mg"))
    step_mg = _mg(_("More at each step, mg"))
    every_days = forms.IntegerField(
        label=_("Days between steps"), required=False, min_value=1, max_value=_LONGEST
    )
    target_mg = _mg(_("Highest dose, mg"))
    time = forms.ChoiceField(label=_("Taken"), choices=_MOMENTS, initial="bedtime")
    first_day = forms.DateField(
        label=_("First day of the diary"), widget=forms.DateInput(attrs={"type": "date"})
    )
    baseline_days = forms.IntegerField(
        label=_("Days of diary before the first dose"),
        min_value=0,
        max_value=56,
        initial=14,
        help_text=_("Without them an open course has nothing to compare with."),
    )

    design = forms.ChoiceField(
        label=_("How to find out"),
        choices=[
            ("open", _("Open: everybody knows what is taken")),
            ("blinded", _("Blinded: periods with naltrexone or placebo, in an order by chance")),
        ],
        widget=forms.RadioSelect,
        initial="open",
    )
    target_days = forms.IntegerField(
        label=_("Days at the highest dose"), required=False, min_value=7, max_value=365, initial=56
    )
    periods = forms.TypedChoiceField(
        label=_("Periods"),
        choices=[(n, n) for n in (2, 4, 6, 8)],
        coerce=int,
        initial=4,
        required=False,
    )
    period_days = forms.IntegerField(
        label=_("Days in each period"), required=False, min_value=7, max_value=_LONGEST, initial=14
    )

    preparation = forms.ChoiceField(
        label=_("The pharmacy makes"),
        choices=[("capsules", _("capsules")), ("liquid", _("a liquid of 1 mg/mL"))],
        initial="capsules",
    )
    strengths = forms.CharField(
        label=_("Strengths of capsules, mg"),
        required=False,
        initial="1.5, 4.5",
        max_length=60,
        help_text=_("As few as the doses need, with commas between."),
    )

    def __init__(self, *args: Any, zone: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = zone, today
        self.fields["first_day"].initial = today + timedelta(days=1)

    @property
    def instruments(self) -> list[Instrument]:
        """What the diary will ask."""
        return [INSTRUMENTS[key] for key in self.cleaned_data["symptoms"]]

    def clean(self) -> dict[str, Any]:
        """Lay the course out; faults stand beside their fields, a refusal on its own."""
        data = super().clean() or {}
        if self.errors:
            return data
        blinded = data["design"] == "blinded"
        try:
            self.layout = laid_out(
                dict(self._written(data)),
                first_day=data["first_day"],
                zone=self.zone,
                baseline_days=data["baseline_days"],
                periods=(data["periods"] or 4) if blinded else 0,
                period_days=(data["period_days"] or 14) if blinded else 0,
            )
        except Refusal as refusal:
            self.refusal = tuple(_refused(str(refusal)))
            self.add_error(None, _("This must not be started; the reasons stand below."))
        except InputError as error:
            add_faults(self, error, {"strengths_mg": "strengths", "days": "target_days"})
        return data

    def _written(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The keys of a plan, as `lowdose.regimen.request` reads them."""
        if data["template"] == _OWN:
            yield from ((key, data[key]) for key in _CLIMB if data[key] is not None)
        else:
            yield "template", data["template"]
        yield "time", data["time"]
        if data["design"] == "open" and data["target_days"]:
            yield "target_days", data["target_days"]
        if data["preparation"] == "liquid":
            yield "liquid_mg_per_ml", 1.0
        elif data["strengths"].strip():
            yield "strengths_mg", [part.strip() for part in data["strengths"].split(",")]
        yield "safety", dict(self._safety(data))

    def _safety(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        stopped = [str(data["opioids_stopped"] or ""), data["opioids_name"]]
        said = data["opioids"]
        yield "opioids", ":".join([said, *filter(None, stopped)]) if said == "stopped" else said
        yield from ((key, data[key]) for key in (*_SAFETY, "surgery") if data[key])
        if data["age_years"] is not None:
            yield "age_years", str(data["age_years"])
        if data["medicines"].strip():
            yield "medicines", [name.strip() for name in data["medicines"].split(",")]
        if data["specialist"]:
            yield "specialist", True
