"""How an answer is worked out, on one page and in plain words."""

from __future__ import annotations

from lowdose.diary.entries import Kind
from lowdose.inference.result import Answer
from lowdose.report.document import Block, Callout, Items, Words

__all__ = ["method_blocks", "method_line"]

_METHODS = {
    "quadrature": "worked out exactly where that is possible and by numerical integration elsewhere"
    " (quadrature)",
    "nuts": "worked out by random sampling (NUTS, the no-U-turn sampler)",
}
_LEFT_SIDES = {
    Kind.RATING: "rating of a day",
    Kind.COUNT: "logarithm of the number expected on a day",
    Kind.BINARY: "log odds of a yes on a day",
}
_PARTS = (
    "Starting level: how things are with the reference.",
    "Slow change: getting better or worse by itself, week by week.",
    "Expectation: what hoping for relief does, whenever treatment may have been on. In a blinded "
    "course it is there with both treatments and cancels out; in an open course the diary cannot "
    "tell it from the medicine, and the answer stays wide for that reason.",
    "Effect of the dose: one for each dose or treatment; neighbouring doses tend to be alike, but "
    "a middle dose may be the best one.",
    "Swing: good and bad spells that carry over from day to day.",
    "Chance of the day: everything else.",
)


def method_line(answer: Answer) -> str:
    """One sentence: how, and from what prior knowledge.

    The prior is named, so that a reader can ask for another one.
    """
    how = _METHODS.get(answer.method, f"worked out by {answer.method}")
    return f"Bayesian regression with autocorrelated days, {how}; prior: {answer.prior}."


def method_blocks(answer: Answer) -> tuple[Block, ...]:
    """The model in words, what was assumed, and where prior knowledge came from."""
    equation = (
        "starting level + slow change + expectation + effect of the dose, building up gradually "
        "+ swing + chance of the day"
    )
    blocks: list[Block] = [
        Words("Every day of the diary is taken as the sum of a few parts:"),
        Callout(_LEFT_SIDES[answer.symptom.kind], f"= {equation}"),
        Items(_PARTS),
        Words(
            "The program asks which sizes of these parts could have produced this diary. It starts "
            "from what was known before, weighs every possibility by how well it fits the days "
            "written down, and keeps them all with their weights. A 95 % interval holds 95 % of "
            "that weight; a probability of benefit is the weight of all possibilities in which "
            "treatment makes things better. Days without a rating are skipped, not filled in."
        ),
        Words(method_line(answer)),
    ]
    if answer.assumptions:
        blocks += [Words("What this takes for granted:"), Items(answer.assumptions)]
    if answer.prior_sources:
        blocks += [Words("Where the prior knowledge comes from:"), Items(answer.prior_sources)]
    return tuple(blocks)
