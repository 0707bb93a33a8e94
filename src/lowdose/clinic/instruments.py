"""The symptoms a diary can ask for: each with its scale, its wording and its licence.

Only single numeric ratings that anybody may use. Questionnaires under licence (FIQR, SF-36, the
Brief Pain Inventory) are not here: whoever has a licence can add a symptom with their name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lowdose.clinic.models import CourseSymptom

__all__ = ["CONDITIONS", "INSTRUMENTS", "Instrument", "symptom_title"]


@dataclass(frozen=True)
class Instrument:
    """One question of the diary. `low_words` and `high_words` name the ends of the scale."""

    key: str
    name: str
    title: str | Promise
    question: str | Promise
    low_words: str | Promise
    high_words: str | Promise
    licence: str | Promise
    low: float = 0.0
    high: float = 10.0
    lower_is_better: bool = True


_FREE = _("Numeric rating from 0 to 10; free to use.")
_NRS = _(
    "Numeric rating of pain from 0 to 10 (Farrar 2001, doi:10.1016/S0304-3959(01)00349-9); "
    "free to use."
)

INSTRUMENTS: dict[str, Instrument] = {
    one.key: one
    for one in (
        Instrument(
            "pain",
            "pain",
            _("Pain"),
            _("How bad was your pain today, on average?"),
            _("no pain"),
            _("worst imaginable"),
            _NRS,
        ),
        Instrument(
            "fatigue",
            "fatigue",
            _("Fatigue"),
            _("How tired were you today?"),
            _("not tired"),
            _("could not be more tired"),
            _FREE,
        ),
        Instrument(
            "sleep",
            "sleep",
            _("Sleep"),
            _("How well did you sleep last night?"),
            _("very badly"),
            _("very well"),
            _FREE,
            lower_is_better=False,
        ),
        Instrument(
            "mood",
            "mood",
            _("Mood"),
            _("How was your mood today?"),
            _("very low"),
            _("very good"),
            _FREE,
            lower_is_better=False,
        ),
        Instrument(
            "stiffness",
            "stiffness",
            _("Stiffness"),
            _("How stiff did you feel today?"),
            _("not stiff"),
            _("very stiff"),
            _FREE,
        ),
        Instrument(
            "fog",
            "fog",
            _("Clear thinking"),
            _("How foggy was your thinking today?"),
            _("clear"),
            _("very foggy"),
            _FREE,
        ),
        Instrument(
            "bowel",
            "bowel",
            _("Bowel complaints"),
            _("How much did your bowel bother you today?"),
            _("not at all"),
            _("very much"),
            _FREE,
        ),
        Instrument(
            "spasticity",
            "spasticity",
            _("Spasticity"),
            _("How bad was your spasticity today?"),
            _("none"),
            _("worst imaginable"),
            _FREE,
        ),
        Instrument(
            "function",
            "function",
            _("Daily life"),
            _("How much did your illness hold you back today?"),
            _("not at all"),
            _("completely"),
            _FREE,
        ),
    )
}
"""By key."""

CONDITIONS: dict[str, str | Promise] = {
    "fibromyalgia": _("Fibromyalgia"),
    "crohns_disease": _("Crohn's disease"),
    "ms_any": _("Multiple sclerosis"),
    "crps": _("Complex regional pain syndrome"),
    "pain_chronic_mixed": _("Chronic pain"),
    "long_covid": _("Long COVID"),
    "other": _("Another condition"),
}
"""What a course can be for."""


def symptom_title(symptom: CourseSymptom) -> str:
    """What a course's symptom is called, in the reader's language."""
    known = INSTRUMENTS.get(symptom.instrument)
    return str(known.title) if known is not None else symptom.name
