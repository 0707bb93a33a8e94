"""The choices, and the rule by which each is defensible.

A choice is in if a careful reviewer could make it and say why, or if reviewers do make it. What
nobody would defend is out: to count the same people twice, to pool what was not low-dose, to take a
study without a comparator for a trial, to mix scales that cannot be put on one.
"""

from __future__ import annotations

from collections.abc import Iterable

from lowdose.evidence.multiverse.values import Choice, Level
from lowdose.evidence.pooling.values import Model, Test

__all__ = [
    "CORRELATIONS",
    "INSTEAD",
    "METHODS",
    "MODEL",
    "OWN",
    "TEST",
    "data_choices",
    "trials_choice",
]

CORRELATIONS = (0.3, 0.5, 0.7, 0.9)
OWN, GROUPS, OUT = "own", "groups", "out"
# Families: what reviews take for it where a trial has no result of its own.
INSTEAD = {"pain": "symptoms"}

_NUMBERS = (
    Level("read", "read by us", "what was not read in the paper or a registry may be wrong"),
    Level(
        "second_hand",
        "second-hand as well",
        "a public table that names the paper is mostly right, and a reviewer has the paper",
    ),
)
_RECALLED = Level("recalled", "from memory as well", "only because everything was asked for")
_ORDER = (
    Level("random", "by chance only", "in a fixed order, time and drug cannot be told apart"),
    Level("fixed", "fixed order as well", "reviews of this condition do count such pilots"),
)
_OUTCOME = (
    Level("own", "this outcome only", "what is called something else is something else"),
    Level(
        "instead",
        "or all symptoms",
        "where a trial has no such result, reviews take its overall symptoms for it",
    ),
)
_ROUTE = (
    Level("reported", "as the paper reports it", "it is adjusted, as was planned"),
    Level("arms", "from the two arms", "reviewers mostly take means and spreads of the arms"),
)
_CROSSOVER = (
    Level(
        OWN,
        "paper's own test",
        "it knows how closely people's two values go together; 0.5 where there is none",
    ),
    *(
        Level(
            f"r{each:g}",
            f"correlation {each:g}",
            "papers seldom print it; values from 0.3 to 0.9 are met",
        )
        for each in CORRELATIONS
    ),
    Level(GROUPS, "as two groups", "reviewers do it where they have nothing else; it wastes some"),
    Level(OUT, "left out", "the drug may carry over into the time on placebo"),
)
_PERCENT = (
    Level(
        "points",
        "put into points",
        "percent of baseline times the mean at baseline is about the change in points",
    ),
    Level("out", "left out", "each person has a baseline of their own, and only the mean is known"),
)
_AGAINST = (
    Level("placebo", "placebo only", "another drug is another question"),
    Level("any", "any comparator", "some reviews ask whether it is better than anything else"),
)
_MODELS = (
    Level("common", "one common effect", "defensible where trials could be copies of each other"),
    Level("dl", "DerSimonian-Laird", "what most published reviews used"),
    Level("he", "Hedges", "has no lean, whatever the trials' sizes"),
    Level("hs", "Hunter-Schmidt", "still met, though it leans to too little"),
    Level("sj", "Sidik-Jonkman", "some packages take it with Hartung-Knapp"),
    Level("ml", "maximum likelihood", "still met, though it leans to too little"),
    Level("reml", "REML", "what is recommended now (doi:10.1002/jrsm.1164), and our default"),
    Level("pm", "Paule-Mandel", "recommended beside REML; empirical Bayes gives the same"),
)
_TESTS = (
    Level("z", "normal", "what most published reviews used"),
    Level("knha", "Hartung-Knapp", "allows for how little a few trials tell; our default"),
    Level("adhoc", "Hartung-Knapp, guarded", "the same, but never surer than the normal one"),
)

MODEL = Choice("model", "how trials' differences are judged", _MODELS)
TEST = Choice("test", "interval", _TESTS)
# With one common effect only the normal interval is in use.
METHODS = tuple(
    (Model(model.key), Test(test.key))
    for model in _MODELS
    for test in _TESTS
    if model.key != Model.COMMON or test.key == Test.Z
)


def data_choices(weeks: Iterable[float], *, recalled: bool) -> tuple[Choice, ...]:
    """The choices of what goes in, but for which trials; `weeks` at which results may be read."""
    times = tuple(
        Level(f"{each:g}", f"up to week {each:g}", "a review may ask for soon or for late")
        for each in weeks
    )
    late = (Level("any", "as reported", "no trial here gives the choice"),)
    return (
        Choice("numbers", "numbers", (*_NUMBERS, _RECALLED) if recalled else _NUMBERS),
        Choice("order", "who took what", _ORDER),
        Choice("outcome", "outcome", _OUTCOME),
        Choice("route", "effect", _ROUTE),
        Choice("time", "time", times or late),
        Choice("crossover", "crossovers", _CROSSOVER),
        Choice("percent", "percent of baseline", _PERCENT),
        Choice("against", "comparator", _AGAINST),
    )


def trials_choice(studies: Iterable[str]) -> Choice:
    """All trials that the other choices let in, or all but one."""
    without = (
        Level(f"-{each}", f"without {each}", "does it all hang on one trial?") for each in studies
    )
    every = Level("all", "all", "leaving out is itself a choice")
    return Choice("trials", "trials", (every, *without))
