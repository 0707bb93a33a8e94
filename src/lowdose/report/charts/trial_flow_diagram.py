"""The flow of people through a trial, as CONSORT draws it: enrolled, allocated, left, analysed."""

from __future__ import annotations

from collections import Counter

from lowdose.report.charts.diagram import Box, Diagram
from lowdose.report.trial_treatment_words import order_words, people_words
from lowdose.trial.analyse.values import Arm, Flow
from lowdose.trial.design.values import Design

__all__ = ["flow_diagram", "pooled_arm", "shown_arms"]

MOST_ARMS = 6


def flow_diagram(design: Design, flow: Flow) -> Diagram:
    """Draw the flow; more than six sequences are drawn as one.

    >>> from lowdose.trial.design.read import parse_design
    >>> design = parse_design('''
    ... title = "Two weeks each"
    ... condition = "fibromyalgia"
    ... people = 20
    ... blinding = "double"
    ... reference = "placebo"
    ... outcome = { symptom = "pain" }
    ... treatments.ldn = { name = "LDN", dose_mg = 4.5 }
    ... treatments.placebo = { placebo = true }
    ... periods = [{ name = "only", weeks = 2 }]
    ... sequences = { L = ["ldn"], P = ["placebo"] }
    ... ''')
    >>> arms = (Arm("L", 5, {"by chance": 1}, 4), Arm("P", 5, {}, 5))
    >>> drawn = flow_diagram(design, Flow(12, 2, arms))
    >>> drawn.description[:60]
    '12 people enrolled, 2 of them not allocated. L: 5 people all'
    """
    drawn = shown_arms(flow, MOST_ARMS)
    names = {one.name: order_words(design, one) for one in design.sequences}
    aside = (
        Box("Not allocated", (people_words(flow.not_allocated),)) if flow.not_allocated else None
    )
    arms = tuple(_arm(one, names.get(one.sequence, "")) for one in drawn)
    start = Box("Enrolled", (people_words(flow.enrolled),), arms, aside)
    said = [_said(one) for one in drawn]
    first = f"{people_words(flow.enrolled)} enrolled, {flow.not_allocated} of them not allocated."
    return Diagram("Flow of people through the trial", " ".join([first, *said]), start)


def shown_arms(flow: Flow, most: int) -> tuple[Arm, ...]:
    """The sequences that somebody was allocated to; of more than `most` all as one.

    >>> arms = (Arm("A", 0, {}, 0), Arm("B", 1, {}, 1))
    >>> [one.sequence for one in shown_arms(Flow(1, 0, arms), 6)]
    ['B']
    """
    used = tuple(one for one in flow.arms if one.allocated) or flow.arms
    return used if len(used) <= most else (pooled_arm(used),)


def pooled_arm(arms: tuple[Arm, ...]) -> Arm:
    """All arms as one.

    >>> pooled_arm((Arm("A", 2, {"by chance": 1}, 1), Arm("B", 3, {"by chance": 1}, 2)))
    Arm(sequence='all 2 sequences', allocated=5, left={'by chance': 2}, analysed=3)
    """
    left: Counter[str] = Counter()
    for one in arms:
        left.update(one.left)
    allocated, analysed = (sum(getattr(one, k) for one in arms) for k in ("allocated", "analysed"))
    return Arm(f"all {len(arms)} sequences", allocated, dict(left), analysed)


def _arm(one: Arm, order: str) -> Box:
    given = (f"{order[:1].upper()}{order[1:]}",) if order else ()
    analysed = Box("Analysed", (people_words(one.analysed),))
    reasons = tuple(f"{why}: {count}" for why, count in one.left.items() if count)
    left = Box("Left early", (people_words(sum(one.left.values())), *reasons), (analysed,))
    return Box(f"Allocated to {one.sequence}", (people_words(one.allocated), *given), (left,))


def _said(one: Arm) -> str:
    why = ", ".join(f"{count} {reason}" for reason, count in one.left.items() if count)
    left = f"{sum(one.left.values())} left early{f' ({why})' if why else ''}"
    return (
        f"{one.sequence}: {people_words(one.allocated)} allocated, {left}, {one.analysed} analysed."
    )
