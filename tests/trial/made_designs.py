"""Small designs that several tests of trials use."""

from __future__ import annotations

from lowdose.trial.design.read import parse_design
from lowdose.trial.design.values import Design

_COMMON = """
title = "A design of the tests"
condition = "fibromyalgia"
people = {people}
blinding = "{blinding}"
reference = "placebo"
treatments = {{ ldn = {{ name = "LDN", dose_mg = 4.5 }}, placebo = {{ placebo = true }} }}
outcome = {{ symptom = "pain"{outcome} }}
expected = {{ {expected} }}
{rest}
"""
_BASELINE = '{ name = "baseline", weeks = 2, everyone = "nothing" }'


def parallel(
    people: int = 40,
    *,
    expected: str = "effect = -1",
    outcome: str = "",
    rest: str = "",
    blinding: str = "double",
    weeks: int = 6,
) -> Design:
    """Two groups after two weeks without treatment."""
    shape = f"""
periods = [{_BASELINE}, {{ name = "treatment", weeks = {weeks} }}]
sequences = {{ L = ["ldn"], P = ["placebo"] }}
{rest}"""
    return _design(people, expected, outcome, shape, blinding)


def crossover(
    people: int = 40, *, expected: str = "effect = -1", outcome: str = "", rest: str = ""
) -> Design:
    """Both orders, four weeks each, of which the first is not used."""
    shape = f"""
periods = [{{ name = "first", weeks = 4, skip_days = 7 }},
           {{ name = "second", weeks = 4, skip_days = 7 }}]
sequences = {{ LP = ["ldn", "placebo"], PL = ["placebo", "ldn"] }}
{rest}"""
    return _design(people, expected, outcome, shape, "double")


def n_of_1(
    people: int = 1, *, blocks: int = 3, expected: str = "effect = -1", outcome: str = ""
) -> Design:
    """Pairs of weeks in an order by chance."""
    shape = f"""
n_of_1 = {{ blocks = {blocks}, treatments = ["ldn", "placebo"], weeks = 2, skip_days = 5 }}"""
    return _design(people, expected, outcome, shape, "double")


def _design(people: int, expected: str, outcome: str, rest: str, blinding: str) -> Design:
    filled = _COMMON.format(
        people=people,
        blinding=blinding,
        outcome=outcome and f", {outcome}",
        expected=expected,
        rest=rest,
    )
    return parse_design(filled, name="made")
