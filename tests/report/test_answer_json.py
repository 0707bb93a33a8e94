"""The answer as JSON keeps its contract."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator
from report_answers import aggregate, count_symptom, crossover, named_treatments, titration

from lowdose.inference.result import Answer, Level
from lowdose.report.answer_json import answer_json

# the keys that interfaces.md promises to other programs
PROMISED = {
    *("lowdose", "symptom", "scale", "direction", "days", "rated_days", "design", "reference"),
    *("levels", "probability_best", "onset_half_life_days", "next_step", "reason", "method"),
    *("days_to_clear_answer", "warnings", "prior", "assumptions"),
}
PROMISED_OF_A_LEVEL = {
    *("effect", "sd", "interval95", "percent_of_baseline", "probability_benefit"),
    *("probability_30_percent", "probability_50_percent", "probability_harm"),
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    text = resources.files("lowdose.report").joinpath("answer.schema.json").read_text("utf-8")
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_every_answer_follows_the_schema(answer: Answer, validator: Draft202012Validator) -> None:
    validator.validate(answer_json(answer))


def test_the_promised_keys_are_there(answer: Answer) -> None:
    written = answer_json(answer)
    assert set(written) >= PROMISED
    assert all(set(level) >= PROMISED_OF_A_LEVEL for level in written["levels"])


def test_doses_have_a_dose_and_named_treatments_a_name() -> None:
    by_dose, by_name = answer_json(titration()), answer_json(named_treatments())
    assert (by_dose["levels"][1]["dose_mg"], by_dose["best_level_mg"]) == (3.0, 3.0)
    assert (by_name["levels"][0]["treatment"], by_name["best_treatment"]) == ("melatonin",) * 2
    assert "dose_mg" not in by_name["levels"][0]
    assert "best_level_mg" not in by_name


def test_onset_is_a_median_with_its_interval() -> None:
    onset = answer_json(crossover())["onset_half_life_days"]
    assert onset == {"median": 8.1, "interval95": [3.2, 22.0]}
    assert answer_json(aggregate())["onset_half_life_days"] is None


def test_a_scale_without_an_upper_end_has_null() -> None:
    assert answer_json(count_symptom())["scale"] == [0.0, None]


NUMBER_FIELDS = [
    field.name for field in fields(Level) if field.name not in {"dose_mg", "treatment", "days"}
]


@settings(deadline=None)
@given(some.data())
def test_no_number_can_make_invalid_json(data: some.DataObject) -> None:
    number = some.floats(allow_nan=True, allow_infinity=True)
    changes: dict[str, Any] = {
        name: (data.draw(some.tuples(number, number)) if "interval" in name else data.draw(number))
        for name in NUMBER_FIELDS
    }
    answer = crossover()
    odd = replace(
        answer,
        levels=(replace(answer.levels[0], **changes),),
        baseline=data.draw(number),
        autocorrelation=math.nan,
        clear_by_days=((14, data.draw(number)),),
    )
    json.loads(json.dumps(answer_json(odd), allow_nan=False))
