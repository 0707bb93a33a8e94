"""An answer in the reader's language, from the numbers that `lowdose answer --json` gives.

The library writes English; a page must also speak other languages, so what a person needs to read
is said here again, shorter. Warnings stay as the library wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["AnswerWords", "answer_words"]

_VERDICTS: Mapping[str, str | Promise] = {
    "working": gettext_lazy("It works"),
    "probably_working": gettext_lazy("It probably works"),
    "unclear": gettext_lazy("Not clear yet"),
    "probably_not_working": gettext_lazy("It probably does not work"),
    "not_working": gettext_lazy("No effect that would matter"),
    "harmful": gettext_lazy("Worse with treatment"),
}
_STEPS: Mapping[str, str | Promise] = {
    "keep": gettext_lazy("Go on as now."),
    "step_up": gettext_lazy("Consider a higher dose."),
    "step_down": gettext_lazy("Consider a lower dose."),
    "stop": gettext_lazy("Consider stopping."),
    "keep_watching": gettext_lazy("Go on with the diary: more days can tell."),
    "run_a_blinded_test": gettext_lazy(
        "More days of the same cannot tell. A blinded test, treatment and placebo in turn, can."
    ),
}


@dataclass(frozen=True)
class AnswerWords:
    """What a page says of an answer; `tone` is good, bad or plain."""

    verdict: str
    difference: str
    sentences: tuple[str, ...]
    next_step: str
    warnings: tuple[str, ...]
    tone: str


def answer_words(content: Mapping[str, Any], title: str) -> AnswerWords:
    """Put a stored answer into words; title: of the symptom, in the reader's language."""
    verdict = content["verdict"]
    level = _main_level(content)
    step = str(_STEPS[content["next_step"]])
    more = content.get("days_to_clear_answer")
    if content["next_step"] == "keep_watching" and more:
        step += " " + _("About %(days)s more days.") % {"days": more}
    return AnswerWords(
        verdict=str(_VERDICTS[verdict]),
        difference=_difference(content, level, title) if level else "",
        sentences=tuple(_sentences(content, level)) if level else (),
        next_step=step,
        warnings=tuple(content.get("warnings", ())),
        tone={"working": "good", "harmful": "bad"}.get(verdict, ""),
    )


def _main_level(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The level that the headline is about: the best, otherwise the last."""
    levels = content.get("levels") or []
    best = content.get("best_level_mg"), content.get("best_treatment")
    for level in levels:
        if (level.get("dose_mg"), level.get("treatment")) == best and best != (None, None):
            return level  # type: ignore[no-any-return]
    return levels[-1] if levels else None


def _difference(content: Mapping[str, Any], level: Mapping[str, Any], title: str) -> str:
    said = {
        "symptom": title,
        "on": _taken(level),
        "points": _points(abs(level["effect"])),
        "reference": _reference(content),
    }
    if round(abs(level["effect"]), 1) == 0:
        return _("%(symptom)s: on %(on)s about the same as on %(reference)s.") % said
    if level["effect"] < 0:
        return (
            _("%(symptom)s: on %(on)s about %(points)s points lower than on %(reference)s.") % said
        )
    return _("%(symptom)s: on %(on)s about %(points)s points higher than on %(reference)s.") % said


def _sentences(content: Mapping[str, Any], level: Mapping[str, Any]) -> list[str]:
    low, high = (_signed(end) for end in level["interval95"])
    found = [
        _("With 95 %% probability the true difference lies between %(low)s and %(high)s points.")
        % {"low": low, "high": high},
        _("Chance that it helps at all: %(any)s. Chance that it helps by 30 %% or more: %(much)s.")
        % {
            "any": _percent(level["probability_benefit"]),
            "much": _percent(level["probability_30_percent"]),
        },
    ]
    if not content.get("blinded"):
        found.append(
            _(
                "The treatment was known, so part of the change may come from expecting it; "
                "the difference above allows for that, and only a blinded test can tell them "
                "apart well."
            )
        )
    return found


def _taken(level: Mapping[str, Any]) -> str:
    if level.get("treatment"):
        return _("naltrexone") if level["treatment"] == "naltrexone" else str(level["treatment"])
    return f"{number_format(level['dose_mg'], use_l10n=True)} mg"


def _reference(content: Mapping[str, Any]) -> str:
    return _("placebo") if content.get("reference") == "placebo" else _("no treatment")


def _points(value: float) -> str:
    return number_format(value, decimal_pos=1, use_l10n=True)


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + _points(abs(value))


def _percent(share: float) -> str:
    if share > 0.99:
        return _("over 99 %")
    if share < 0.01:
        return _("under 1 %")
    return f"{100 * share:.0f} %"
