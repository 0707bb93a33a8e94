"""What a design with a name could settle, and the harms to reckon with. For the worker alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lowdose.clinic.verbs.simulations import drawn

if TYPE_CHECKING:
    from lowdose.trial.design.values import Design
    from lowdose.trial.operate.values import Operating

__all__ = ["TRIALS", "harms_asked", "operating", "operating_asked", "unwanted"]

TRIALS = 100
"""Virtual trials for each line: the worker has other work too."""

_SHARE_OF_SCALE = 0.1
_FEWEST, _MOST = 4, 300


def operating_asked(name: str, design: Design) -> dict[str, Any]:
    """The question to `computed.want`: half, all and twice the people; no effect, and one.

    The effect is what the design expects, or a tenth of its scale where it expects none.
    """
    outcome, expected = design.outcome, design.expected.effect
    effect = abs(expected) if expected else _SHARE_OF_SCALE * (outcome.high - outcome.low)
    people = {design.people // 2, design.people, 2 * design.people}
    return {
        "design": name,
        "people": sorted({min(max(n, _FEWEST), _MOST) for n in people}),
        "effect": [0.0, effect],
        "trials": TRIALS,
    }


def operating(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Carry its trials out: {"rows": [...], "chart": ..., "trials": ..., "own": ...}.

    Raises InputError for a design that compares nothing.
    """
    from lowdose.report.charts.power_chart import power_chart
    from lowdose.trial.design.named import find_design
    from lowdose.trial.operate.power import power

    design = find_design(asked["design"])
    found = power(design, people=asked["people"], effect=asked["effect"], trials=asked["trials"])
    return {
        "rows": [_row(one) for one in found],
        "own": any(one.clear for one in found),
        "trials": asked["trials"],
        "chart": drawn(power_chart(design.title, found)),
    }


def _row(one: Operating) -> dict[str, Any]:
    from lowdose.report.trial_power_text import share_words

    return {
        "people": one.people,
        "effect": one.varied["effect"],
        "power": share_words(one.power),
        "bias": f"{one.bias.value:+.2f}",
        "coverage": share_words(one.coverage),
        "width": f"{one.width.value:.2f}",
        "person_weeks": round(one.person_weeks.value),
        "clear": share_words(one.clear) if one.clear else "",
    }


def harms_asked() -> dict[str, Any]:
    """The question to `computed.want`: all conditions, without what stays out by default."""
    return {"condition": None}


def unwanted(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Unwanted events of 100 people: {"text": [...], "chart": ...}."""
    from lowdose.evidence.harms import harms
    from lowdose.report.charts.harms_chart import harms_chart
    from lowdose.report.evidence_harms_text import harms_text

    found = harms(asked["condition"])
    return {"text": _opening(harms_text(found)), "chart": drawn(harms_chart(found))}


def _opening(text: str) -> Sequence[str]:
    """The first paragraph, which says what is compared; the picture says the rest."""
    return [" ".join(text.split("\n\n", maxsplit=1)[0].split())]
