"""How designs did over many virtual trials, as text: a table with Monte-Carlo errors."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lowdose.report.paragraphs import listed, wrapped
from lowdose.trial.design.timeline import kind_of
from lowdose.trial.design.values import Design
from lowdose.trial.operate.grid import VARIED
from lowdose.trial.operate.values import Measured, Operating
from lowdose.trial.run.conduct import Conduct

__all__ = ["best_text", "cell_name", "power_text", "share_words"]

_SHORT = {
    "people": "people",
    "effect": "better by",
    "effect_sd": "effect SD",
    "dropout": "leave",
    "weeks": "weeks",
}


def power_text(design: Design, conduct: Conduct, found: Sequence[Operating]) -> str:
    """A paragraph on what was done, the table, and what it does not say."""
    return "\n\n".join(
        [
            wrapped(f"{design.title}: {kind_of(design)}, analysis: {design.analysis.primary}."),
            wrapped(_assumed(conduct, found)),
            _table(found),
            *_own(found),
            wrapped(
                "± is the Monte-Carlo standard error: how far the number may be off because only "
                "so many trials were simulated. Virtual people answer as the assumptions say; real "
                "ones may not."
            ),
        ]
    )


def best_text(title: str, found: Sequence[tuple[str, Operating]]) -> str:
    """Designs of one budget, the most powerful first, with what each gives single people."""
    lines = []
    for name, one in found:
        own = (
            f"; {share_words(one.clear)} of people get a clear answer of their own"
            if one.clear
            else "; nobody gets an answer of their own"
        )
        lines.append(
            f"{name}: finds it in {share_words(one.power)} of trials, bias {one.bias.value:+.2f}, "
            f"interval {one.width.value:.2f} wide{own}"
        )
    return "\n\n".join(
        [
            listed(title, lines),
            wrapped(
                "The more often treatments change, the more each person tells, and the more what "
                "comes slowly is missed: the bias says by how much. ± is the Monte-Carlo standard "
                "error."
            ),
        ]
    )


def cell_name(one: Operating) -> str:
    """What was varied, in words."""
    return ", ".join(f"{VARIED[name]} {value:g}" for name, value in one.varied.items())


def share_words(one: Measured) -> str:
    """A share in percent, with as many digits as its error allows.

    >>> share_words(Measured(0.8123, 0.012))
    '81 % ± 1.2'
    """
    if not math.isfinite(one.value):
        return "–"
    error = 100 * one.error
    digits = 0 if error >= 0.95 else 1
    return f"{100 * one.value:.{digits}f} % ± {error:.1f}"


def _assumed(conduct: Conduct, found: Sequence[Operating]) -> str:
    cause = (
        f"the mechanism “{conduct.hypothesis.name}”"
        if conduct.hypothesis
        else "an effect that is given"
    )
    return (
        f"{found[0].trials} virtual trials for each line, under {cause}. People start at "
        f"{conduct.baseline:g} (SD {conduct.baseline_sd:g}) from the best end of the scale; a "
        f"placebo changes {conduct.placebo:+.2g}; single days spread by {conduct.spread:g}, "
        f"{conduct.share:.0%} of it as a swing of which {conduct.phi:.0%} is left the next day; "
        f"{conduct.missing:.0%} of days are missing; {conduct.dropout:.0%} of people leave, "
        f"{conduct.lack_of_effect:.0%} of them because they feel no better; doses are taken: "
        f"{conduct.adherence}."
    )


def _table(found: Sequence[Operating]) -> str:
    heads = [_SHORT[name] for name in found[0].varied] or ["people"]
    columns = (*heads, "true effect", "power", "bias", "coverage", "width", "person-weeks")
    rows = [[*_varied(one), *_measures(one)] for one in found]
    widths = [
        max(len(text) for text in (head, *(row[place] for row in rows)))
        for place, head in enumerate(columns)
    ]
    lines = [columns, *rows]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _varied(one: Operating) -> list[str]:
    return [f"{value:g}" for value in one.varied.values()] or [str(one.people)]


def _measures(one: Operating) -> list[str]:
    return [
        f"{one.truth:+.2f}",
        share_words(one.power),
        f"{one.bias.value:+.3f} ± {one.bias.error:.3f}",
        share_words(one.coverage),
        f"{one.width.value:.2f}",
        f"{one.person_weeks.value:.0f}",
    ]


def _own(found: Sequence[Operating]) -> list[str]:
    """What single people learn, where the design gives each of them both."""
    lines = [
        f"{cell_name(one) or f'people {one.people}'}: {share_words(one.clear)} of people, one for "
        f"every {one.people_per_clear_answer:.1f}"
        + (
            f"; {share_words(one.wrong_answers)} of the clear answers are wrong"
            if one.wrong_answers
            else ""
        )
        for one in found
        if one.clear
    ]
    failed = [one for one in found if one.failed]
    paragraphs = []
    if lines:
        head = "A clear answer of one's own (95 % interval without 0, noise of days known):"
        paragraphs.append("\n".join([head, *(wrapped(f"- {line}", "  ") for line in lines)]))
    if failed:
        words = "; ".join(f"{one.failed} of {one.trials}" for one in failed)
        paragraphs.append(wrapped(f"Trials whose analysis could say nothing: {words}."))
    stopped = [one for one in found if one.used.value < one.people]
    if stopped:
        words = "; ".join(f"{one.used.value:.0f} of {one.people}" for one in stopped)
        paragraphs.append(wrapped(f"With looks on the way, mean people per trial: {words}."))
    return paragraphs
