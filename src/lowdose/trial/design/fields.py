"""The keys of a design file, and what each must be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lowdose.evidence.fields import Field, above_zero, number, span, text, texts, whole, word
from lowdose.population.patterns import ADHERENCE
from lowdose.regimen.limits import MOST_DAYS
from lowdose.trial.design.values import Blinding, Factor, Method, Primary

__all__ = ["N_OF_1", "PERIOD", "STEP", "TABLES", "TOP", "TREATMENT"]

MOST_PEOPLE = 100_000
_MOST_WEEKS = MOST_DAYS // 7
RULES = ("pocock", "obrien-fleming", "lan-demets-pocock", "lan-demets-obrien-fleming")


def _truth() -> Field:
    return Field(lambda given: given if isinstance(given, bool) else None, "true or false")


def _needed(field: Field) -> Field:
    return field._replace(required=True)


def _one_of(words: tuple[str, ...]) -> Field:
    return Field(lambda given: given if given in words else None, f"one of {', '.join(words)}")


def _any(expected: str) -> Field:
    """Read elsewhere, part by part."""
    return Field(lambda given: given, expected)


def _numbers(low: float, high: float, expected: str) -> Field:
    one = number(low, high)

    def parse(given: Any) -> tuple[float, ...] | None:
        if not isinstance(given, list) or not given:
            return None
        read = tuple(one.parse(each) for each in given)
        return None if None in read else read

    return Field(parse, expected)


def _counts(low: int, high: int, expected: str) -> Field:
    one = whole(low, high)

    def parse(given: Any) -> tuple[int, ...] | None:
        if not isinstance(given, list) or not given:
            return None
        read = tuple(one.parse(each) for each in given)
        return None if None in read else read

    return Field(parse, expected)


def _factors() -> Field:
    def parse(given: Any) -> tuple[Factor, ...] | None:
        levels = texts(r".*\S.*")
        if not isinstance(given, dict) or not given:
            return None
        read = [(name, levels.parse(each)) for name, each in given.items()]
        if any(each is None or len(each) < 2 for _, each in read):
            return None
        return tuple(Factor(name, each) for name, each in read if each)

    return Field(parse, 'names with two values or more, like { sex = ["female", "male"] }')


def _sources() -> Field:
    def parse(given: Any) -> tuple[str, ...] | None:
        good = isinstance(given, list) and all(isinstance(each, str) and each for each in given)
        return tuple(given) if good else None

    return Field(parse, "a list of texts")


def _key() -> Field:
    form = re.compile(r"[\w-]+")

    def parse(given: object) -> str | None:
        return given if isinstance(given, str) and form.fullmatch(given) else None

    return Field(parse, "the key of a treatment: letters, digits, - and _")


_DAYS = whole(1, MOST_DAYS)
_WEEKS = number(1 / 7, _MOST_WEEKS, f"a number of weeks, at most {_MOST_WEEKS}")
_SKIP_DAYS = whole(0, MOST_DAYS)
_SHARE = number(0, 0.95, "a share from 0 to 0.95")
_PERCENT = number(0, 100, "a percentage from 0 to 100")

TOP: Mapping[str, Field] = {
    "title": text(required=True),
    "question": text(),
    "condition": text(required=True),
    "people": whole(1, MOST_PEOPLE, required=True),
    "blinding": word(Blinding, required=True),
    "reference": _key(),
    "sources": _sources(),
    "outcome": _any("a table"),
    "treatments": _any("tables"),
    "periods": _any("tables"),
    "sequences": _any("a table"),
    **dict.fromkeys(
        ("n_of_1", "allocation", "analysis", "expected", "enrichment", "up_and_down", "looks"),
        _any("a table"),
    ),
}
TREATMENT: Mapping[str, Field] = {
    "name": text(),
    "drug": text(),
    "dose_mg": number(0, 1000, "a dose in mg"),
    "steps": _any("a list of steps"),
    "template": text(),
    "placebo": _truth(),
    "nothing": _truth(),
}
STEP: Mapping[str, Field] = {
    "dose_mg": _needed(number(0, 1000, "a dose in mg")),
    "days": _DAYS,
    "weeks": _WEEKS,
}
PERIOD: Mapping[str, Field] = {
    "name": text(required=True),
    "days": _DAYS,
    "weeks": _WEEKS,
    "everyone": _key(),
    "skip_days": _SKIP_DAYS,
}
N_OF_1: Mapping[str, Field] = {
    "blocks": whole(1, 60, required=True),
    "treatments": _needed(texts(r"[\w-]+", "a list of treatments")),
    "days": _DAYS,
    "weeks": _WEEKS,
    "skip_days": _SKIP_DAYS,
    "washout_days": _SKIP_DAYS,
}
TABLES: Mapping[str, Mapping[str, Field]] = {
    "outcome": {
        "symptom": text(required=True),
        "scale": span(),
        "better": _one_of(("lower", "higher")),
        "visit_weeks": _numbers(0, _MOST_WEEKS, "weeks like [0, 4, 12], 0 just before treatment"),
        "visit_days": _counts(1, MOST_DAYS, "days of the trial like [1, 28, 84]"),
        "instrument": text(),
        "important": above_zero(),
    },
    "n_of_1": N_OF_1,
    "allocation": {
        "method": word(Method),
        "block_sizes": _counts(1, 1000, "a list of whole numbers like [4, 6]"),
        "factors": _factors(),
        "strength": number(0.5, 1, "a number from 0.5 to 1"),
    },
    "analysis": {
        "primary": word(Primary),
        "alpha": number(0.0001, 0.5, "a number from 0.0001 to 0.5"),
        "window_days": whole(1, MOST_DAYS),
        "responder_percent": number(1, 100, "a percentage from 1 to 100"),
        "carry_over": _truth(),
    },
    "expected": {
        "effect": number(),
        "effect_sd": number(0, expected="a number, 0 or more"),
        "baseline": number(),
        "baseline_sd": number(0, expected="a number, 0 or more"),
        "placebo": number(),
        "placebo_sd": number(0, expected="a number, 0 or more"),
        "spread": number(0, expected="a number, 0 or more"),
        "dropout": _SHARE,
        "missing": _SHARE,
        "adherence": _one_of(tuple(ADHERENCE)),
    },
    "enrichment": {"period": text(required=True), "percent": _PERCENT},
    "up_and_down": {
        "doses_mg": _needed(_numbers(0.001, 10, "a list of doses, at most 10 mg")),
        "start_mg": _needed(above_zero()),
    },
    "looks": {
        "fractions": _needed(_numbers(0.01, 1, "a list like [0.5, 1], the last one 1")),
        "rule": _one_of(RULES),
        "threshold": number(0.5, 1, "a probability from 0.5 to 1"),
    },
}
