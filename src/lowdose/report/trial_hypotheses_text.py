"""What the published trials leave of each hypothesis, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lowdose.report.paragraphs import listed, wrapped
from lowdose.trial.hypotheses.compare import LARGER, Comparison, Score
from lowdose.trial.hypotheses.predict import Predicted
from lowdose.trial.hypotheses.reported import Reported
from lowdose.trial.hypotheses.settle import Settled

__all__ = ["comparison_json", "comparison_text", "rerun_table", "settled_text"]


def comparison_text(found: Comparison) -> str:
    """The weights first, then trial by trial, then what it rests on."""
    return "\n\n".join(_paragraphs(found))


def _paragraphs(found: Comparison) -> Iterator[str]:
    yield wrapped(
        f"{len(found.trials)} published trials, each carried out in {found.worlds} worlds of every "
        "hypothesis: its own design, people, drop-out and placebo response; a world is one draw of "
        "what nobody knows of the mechanism."
    )
    yield listed(
        "What is left of each hypothesis, where all began alike:", map(_score, found.scores)
    )
    yield listed(
        f"The same from the trials of {LARGER} people or more alone:", map(_score, found.larger)
    )
    same = _same(found.scores)
    if same:
        yield wrapped(f"No trial here can tell these apart: {'; '.join(same)}.")
    yield listed(
        "How well each trial is foreseen from the others (log density; higher is better):",
        (_held_out(found, place) for place in range(len(found.trials))),
    )
    yield rerun_table(found)
    if found.left_out:
        yield listed("Left out:", (f"{one.name}: {one.reason}" for one in found.left_out))
    yield wrapped(
        f"{len(found.trials)} trials are few, most are small, and the two small ones that shone "
        "pull one way, the two larger ones the other; small trials that found nothing were less "
        "likely to be printed. The mechanism's unknowns are drawn "
        "from wide assumptions; a weight is a summary of those, not a discovery. Mappings between "
        "scales are assumptions, each written in the design's sources."
    )


def _score(one: Score) -> str:
    return (
        f"{one.hypothesis}: {100 * one.weight:.1f} % ± {100 * one.weight_error:.1f} (log evidence "
        f"{one.log_evidence:.2f} ± {one.log_evidence_error:.2f})"
    )


def _same(scores: Sequence[Score]) -> list[str]:
    """Hypotheses that predict the same to within nothing."""
    groups: dict[float, list[str]] = {}
    for one in scores:
        groups.setdefault(round(one.log_evidence, 2), []).append(one.hypothesis)
    return [" and ".join(names) for names in groups.values() if len(names) > 1]


def _held_out(found: Comparison, place: int) -> str:
    each = ", ".join(f"{one.hypothesis} {one.held_out[place]:.2f}" for one in found.scores)
    return f"{found.trials[place].name}: {each}"


def rerun_table(found: Comparison) -> str:
    """Each reported interval beside what every hypothesis predicts for such a trial's interval."""
    count = len(found.trials)
    lines = []
    for place, trial in enumerate(found.trials):
        rows = [row[place] for row in found.predictions]
        ranges = "; ".join(f"{one.hypothesis} {_ends(one.range_of_intervals())}" for one in rows)
        alone, together = _inside(trial, rows), _inside(trial, rows, count)
        lines.append(
            f"{trial.name}: reported {trial.difference:g} {_ends((trial.low, trial.high))}; "
            f"predicted {ranges}. Inside: {alone}"
            + (f" (all {count} together: {together})" if together != alone else "")
        )
    head = "Is the reported interval inside what is predicted of such intervals?"
    many = (
        f"A range holds 95 of 100 such trials. Of {count} trials one can lie outside by chance "
        f"alone; ranges that hold all {count} together, 95 times of 100, are wider."
    )
    return f"{listed(head, lines)}\n{wrapped(many)}"


def _inside(trial: Reported, rows: Sequence[Predicted], trials: int = 1) -> str:
    """Whose range holds the trial's interval, in words."""
    held = [one.hypothesis for one in rows if one.holds(trial.low, trial.high, trials)]
    return ", ".join(held) if held else "none of them"


def _ends(ends: tuple[float, float]) -> str:
    return f"({ends[0]:.3g} to {ends[1]:.3g})"


def settled_text(found: Sequence[Settled], hypotheses: Sequence[str]) -> str:
    """Which trial would tell hypotheses apart, the most informative first."""
    lines = [
        f"{one.design}, {one.people} people, {one.weeks:.3g} weeks each: {one.bits:.2f} ± "
        f"{one.error:.2f} bits, the truth would get {100 * one.truth:.0f} % on average"
        for one in found
    ]
    head = f"Which trial would best tell {' and '.join(hypotheses)} apart (one bit settles two)?"
    return listed(head, lines)


def comparison_json(found: Comparison, settled: Sequence[Settled] = ()) -> dict[str, Any]:
    """One JSON object."""
    return {
        "worlds": found.worlds,
        "hypotheses": [
            {**vars(one), "held_out": dict(zip(_names(found), one.held_out, strict=True))}
            for one in found.scores
        ],
        "larger_trials_alone": {one.hypothesis: one.weight for one in found.larger},
        "trials": [
            {
                "trial": trial.name,
                "difference": trial.difference,
                "interval95": [trial.low, trial.high],
                "outcome": trial.outcome,
                "predicted": {
                    row[place].hypothesis: {
                        "interval95": list(row[place].interval95),
                        "range_of_intervals": list(row[place].range_of_intervals()),
                        "inside": row[place].holds(trial.low, trial.high),
                        "inside_all_together": row[place].holds(
                            trial.low, trial.high, len(found.trials)
                        ),
                    }
                    for row in found.predictions
                },
            }
            for place, trial in enumerate(found.trials)
        ],
        "left_out": [vars(one) for one in found.left_out],
        "settle": [vars(one) for one in settled],
    }


def _names(found: Comparison) -> list[str]:
    return [trial.name for trial in found.trials]
