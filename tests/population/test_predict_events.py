"""Predictions for a data set: the file's people, the drawn ones, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from lowdose.errors import InputError
from lowdose.mechanism.events import EventTable
from lowdose.mechanism.events_levels import PREDICTIONS, levels_at_records
from lowdose.mechanism.events_read import parse_events
from lowdose.mechanism.events_regimen import regimen_events
from lowdose.population import predict_events as module
from lowdose.population.people import Covariates, draw
from lowdose.population.predict_events import predict_events
from lowdose.population.simulate import simulate
from lowdose.population.summary import QUANTILES, edges_of
from lowdose.regimen.climb import regimen_of
from lowdose.regimen.templates import TEMPLATES

TEXT = (
    "ID,TIME,AMT,II,ADDL,WT,liver\n1,0,4.5,24,6,70,0\n1,26,.,.,.,70,0\n1,170,.,.,.,.,.\n"
    "2,0,4.5,24,6,70,1\n2,26,.,.,.,70,1\n3,0,4.5,24,6,120,.\n3,26,.,.,.,120,.\n"
)
TABLE = parse_events(TEXT)


def test_the_typical_person_has_the_covariates_of_each_one_in_the_file() -> None:
    found = predict_events(TABLE)

    assert found.covariates == (
        Covariates(70.0, "healthy"),
        Covariates(70.0, "decompensated cirrhosis"),
        Covariates(120.0, "healthy"),
    )
    usual, ill, heavy = found.typical["naltrexone_ng_ml"][[1, 4, 6]]
    assert ill > 5 * usual
    assert heavy < usual


def test_quantiles_are_those_of_the_people_that_draw_gives() -> None:
    found = predict_events(TABLE, people=600, seed=4)
    everyone = levels_at_records(
        TABLE.records[:3],
        # The people of a simulation come by the first of three keys made of the seed.
        _drawn(4, 600),
        "biophase",
    )

    for name in PREDICTIONS:
        exact = np.quantile(everyone[name], QUANTILES, axis=1, method="inverted_cdf")
        tolerance = {"rtol": 0.01} if "ng_ml" in name else {"atol": edges_of(name)[1]}
        np.testing.assert_allclose(found.quantiles[name][:, :3], exact, **tolerance)


def _drawn(seed: int, people: int) -> module.Person:
    import jax

    from lowdose.population.people import adjusted, drawn
    from lowdose.runtime import double_precision

    with double_precision():
        who, *_ = jax.random.split(jax.random.key(seed), 3)
        found = drawn(who, np.arange(people, dtype=np.uint32))
        one = adjusted(found, Covariates(70.0))
        return module.Person(*(np.asarray(each) for each in one))


def test_quantiles_agree_with_a_simulation_of_the_same_doses_and_people() -> None:
    text = "ID,TIME,AMT,II,ADDL\n1,0,4.5,24,9\n1,239.9999999,.,.,.\n"
    found = predict_events(parse_events(text), people=400, seed=2)
    same = simulate([4.5] * 10, people=400, seed=2)

    wanted = same.quantiles["blockade_central_trough"][:, -1]
    np.testing.assert_allclose(found.quantiles["blockade_central"][:, -1], wanted, atol=3e-4)


def test_one_drawn_person_has_one_value_and_before_a_dose_it_is_nothing() -> None:
    found = predict_events(parse_events("ID,TIME,AMT\n1,0,.\n1,1,3\n1,5,.\n"), people=1)

    for values in found.quantiles.values():
        assert np.ptp(values, axis=0).max() == 0
        assert values[:, 0].tolist() == [0.0] * 5


@pytest.mark.parametrize(
    "structure", ["biophase", pytest.param("slow_dissociation", marks=pytest.mark.slow)]
)
def test_neither_blocks_of_people_nor_parts_of_the_file_change_the_answer(
    monkeypatch: pytest.MonkeyPatch, structure: str
) -> None:
    whole = predict_events(TABLE, people=300, structure=structure)
    monkeypatch.setattr(module, "_RECORDS_AT_ONCE", 2)
    monkeypatch.setattr(module, "_AMOUNTS_AT_ONCE", 700)
    parts = predict_events(TABLE, people=300, structure=structure)

    for name, values in whole.quantiles.items():
        np.testing.assert_allclose(parts.quantiles[name], values, rtol=1e-9)


def test_progress_counts_everybody_once_for_each_one_in_the_file() -> None:
    seen: list[int] = []

    predict_events(TABLE, people=10, progress=seen.append)

    assert seen == [10, 10, 10]


@pytest.mark.slow
def test_a_regimen_and_its_data_set_have_the_same_blockade() -> None:
    regimen = regimen_of(TEMPLATES["usual"])
    days = regimen.days
    found = predict_events(regimen_events(regimen)).typical["blockade_central"][-1]

    # The data set ends at midnight, two and a half hours after the last dose.
    hourly = simulate(
        [step.dose_mg for step in regimen.steps for _ in range(step.days)], people=1, hourly=True
    ).typical["blockade_central_max"]
    at = 24 * (days - 1) + 1
    assert min(hourly[at : at + 2]) - 2e-3 <= found <= max(hourly[at : at + 2]) + 2e-3


def test_draw_and_predictions_know_the_same_limits_of_weight() -> None:
    for weight in (29.9, 300.1):
        with pytest.raises(InputError):
            draw(1, 1, covariates=Covariates(weight))
        with pytest.raises(InputError, match="body weight"):
            predict_events(parse_events(f"ID,TIME,AMT,WT\n1,0,1,{weight}\n"))


BAD = {
    "1,0,3,2,0,70,0": "row 2, column CMT: 2, expected 1, as doses are swallowed here",
    "1,0,4500,1,0,70,0": "row 2, column AMT: 4500, expected at most 1000 mg; amounts are in mg",
    "1,0,3,1,2000,70,0": "row 2, column RATE: 2000, expected at most 1000 mg/h",
    "1,0,3,1,0,7,0": "row 2, column WT: '7', expected a body weight in kg from 30 to 300",
    "1,0,3,1,0,nan,0": "row 2, column WT: 'nan', expected a body weight",
    "1,0,3,1,0,70,2": "row 2, column LIVER: '2', expected 0 (healthy) or 1",
    "1,0,3,1,0,70,0\n1,9,.,1,0,71,0": "row 3, column WT: 71, expected 70, as in the rows before",
    "1,0,3,1,0,70,0\n1,9,.,1,0,70,1": "row 3, column LIVER: 1, expected healthy",
    "1,0,3,1,0,70,0\n1,90000,.,1,0,.,.": "row 3, column TIME: 90000 h after the first row of ID 1",
    "1,0,.,1,0,70,0": "column AMT: no dose at all",
}


@pytest.mark.parametrize("rows", BAD)
def test_what_cannot_be_predicted_is_refused_with_its_place(rows: str) -> None:
    table = parse_events(f"ID,TIME,AMT,CMT,RATE,WT,LIVER\n{rows}\n")

    with pytest.raises(InputError) as raised:
        predict_events(table)

    assert str(raised.value).startswith(BAD[rows])


def test_a_steady_state_is_refused_only_where_blockade_has_a_memory() -> None:
    table = parse_events("ID,TIME,AMT,II,SS\n1,0,4.5,24,1\n1,12,.,.,.\n")

    assert predict_events(table).typical["blockade_central"][-1] > 0.6
    with pytest.raises(InputError, match="column SS: 1, expected 0 under slow_dissociation"):
        predict_events(table, structure="slow_dissociation")


def test_choices_and_rows_are_faulted_together() -> None:
    with pytest.raises(InputError) as raised:
        predict_events(EventTable(()), people=-1, structure="x", formulation="y")

    assert len(raised.value.faults) == 4
