"""Published pools beside ours, in words and as objects."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from lowdose.evidence.multiverse.choices import MODEL
from lowdose.evidence.published import Outcome, Recomputed, Way
from lowdose.report.evidence_json import plain
from lowdose.report.paragraphs import wrapped
from lowdose.report.wording import plural

__all__ = ["reviews_json", "reviews_text"]

_SAID = {
    Outcome.SAME: "worked out anew, the same",
    Outcome.CIRCULAR: "here, the same",
    Outcome.OTHER: "worked out anew, another",
    Outcome.CLOSEST: "closest way here",
    Outcome.NONE: "not worked out anew",
}
_MODELS = {level.key: level.words for level in MODEL.levels}
_TESTS = {"z": "normal interval", "knha": "Hartung-Knapp", "adhoc": "Hartung-Knapp, guarded"}


def reviews_text(found: Iterable[Recomputed]) -> str:
    """A paragraph a published pool: theirs, ours, and what trials since then do to it."""
    return "\n\n".join(_paragraph(one) for one in found)


def _paragraph(one: Recomputed) -> str:
    published, paper = one.estimate, one.review.publication
    source = one.review.source or "no source could be named"
    lines = [
        wrapped(f"{published.id}  {published.outcome}, {published.comparison}"),
        wrapped(f"{paper.authors}, {paper.year}, {source}", "  "),
        wrapped(f"published: {_published(one)}", "  "),
    ]
    if one.ours is not None:
        lines.append(wrapped(f"{_SAID[one.outcome]}: {_way(one, one.ours)}", "  "))
    if one.since is not None:
        with_them = ", ".join(one.added)
        lines.append(
            wrapped(f"with {with_them}, which came later: {_numbers(one, one.since)}", "  ")
        )
    return "\n".join([*lines, *(wrapped(f"{why}", "  ") for why in one.why)])


def _published(one: Recomputed) -> str:
    published = one.estimate
    kind = published.effect_type.value.upper() if published.effect_type else "effect"
    ends = f" ({published.ci.low:g} to {published.ci.high:g})" if published.ci else ""
    trials = f", {plural(published.n_studies, 'trial')}" if published.n_studies else ""
    return f"{kind} {published.effect:g}{ends}{trials}"


def _way(one: Recomputed, way: Way) -> str:
    how = f"{_MODELS[way.model.value]}, {_TESTS[way.test.value]}"
    method = f"; {how}" if len(way.trials) > 1 else ""
    return f"{_numbers(one, way)}; {', '.join(way.studies)}{method}"


def _numbers(one: Recomputed, way: Way) -> str:
    ratio = one.estimate.effect_type is not None and one.estimate.effect_type.is_ratio
    shown = [math.exp(each) if ratio else each for each in (way.estimate, *way.interval)]
    return "{:.2f} ({:.2f} to {:.2f})".format(*shown)


def reviews_json(found: Iterable[Recomputed]) -> dict[str, Any]:
    """The same as an object; ours as logarithms where ratios were pooled."""
    return {"estimates": [_object(one) for one in found]}


def _object(one: Recomputed) -> dict[str, Any]:
    made = {
        "published": plain(one.estimate),
        "review": one.review.id,
        "source": one.review.source,
        "outcome": one.outcome.value,
        "ours": _way_object(one.ours),
        "since": _way_object(one.since),
        "added": list(one.added),
        "why": list(one.why),
    }
    return {key: each for key, each in made.items() if each not in (None, [], "")}


def _way_object(way: Way | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "model": way.model.value,
        "test": way.test.value,
        "estimate": way.estimate,
        "interval95": list(way.interval),
        "trials": [
            {
                "study": each.study,
                "effect": each.value,
                "se": math.sqrt(each.variance),
                "how": each.how,
                "notes": list(each.notes),
            }
            for each in way.trials
        ],
    }
