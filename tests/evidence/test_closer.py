"""A closer look gives what each method gives, and says what there is not."""

from __future__ import annotations

import numpy as np
import pytest
from metafor import agree, effects, table

from lowdose.errors import InputError
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.bayes import pool_bayes
from lowdose.evidence.pooling.closer import look_closer
from lowdose.evidence.pooling.priors import (
    CONTINUOUS,
    COUNTED,
    HalfCauchy,
    HalfNormal,
    parse_tau_prior,
)
from lowdose.evidence.pooling.rare_events import pool_rare_events
from lowdose.evidence.pooling.sensitivity import cumulative, leave_one_out
from lowdose.evidence.pooling.small_studies import begg, egger
from lowdose.evidence.pooling.trim_and_fill import trim_and_fill


def test_every_part_is_what_its_own_function_gives() -> None:
    value, variance = effects("bcg")
    bcg = table("bcg")
    treated = Counts(bcg["tpos"], bcg["tpos"] + bcg["tneg"])
    control = Counts(bcg["cpos"], bcg["cpos"] + bcg["cneg"])
    order = np.argsort(variance).tolist()

    found = look_closer(
        value, variance, prior=HalfNormal(0.5), counts=(treated, control), order=order
    )

    assert found.bayes == pool_bayes(value, variance)
    assert found.rare == pool_rare_events(treated, control)
    assert found.egger == egger(value, variance)
    assert found.begg == begg(value, variance)
    assert found.filled == trim_and_fill(value, variance)
    assert found.left_out is not None
    assert found.growing is not None
    agree(found.left_out.estimate, leave_one_out(value, variance).estimate)
    agree(found.growing.estimate, cumulative(value, variance, order=order).estimate)
    assert found.missing == ()


def test_what_there_is_not_is_said() -> None:
    found = look_closer([0.5], [0.1])

    assert (found.spread, found.left_out, found.egger, found.bayes) == (None,) * 4
    assert [one.partition(":")[0] for one in found.missing] == [
        "Bayesian",
        "Spread between studies, leaving one out, one after the other",
        "Egger, Begg, trim and fill",
    ]


def test_studies_of_one_size_have_no_funnel() -> None:
    found = look_closer([0.1, 0.3, 0.2], [0.1, 0.1, 0.1])

    assert found.egger is None
    assert found.begg is None
    assert "studies that differ in size" in found.missing[-1]


def test_counts_that_say_nothing_are_told() -> None:
    found = look_closer(
        [0.1, 0.3], [0.1, 0.2], counts=(Counts([0, 0], [9, 9]), Counts([1, 2], [9, 9]))
    )

    assert found.rare is None
    assert "Exact likelihood: events" in found.missing[-1]


def test_priors_are_typed_as_they_are_called() -> None:
    assert parse_tau_prior("half-normal:1") == HalfNormal(1.0)
    assert parse_tau_prior(" Half-Cauchy:0.5") == HalfCauchy(0.5)
    assert parse_tau_prior("counted:pain") is COUNTED["pain"]
    assert parse_tau_prior("continuous:any") is CONTINUOUS["any"]


@pytest.mark.parametrize("wrong", ["half-normal", "half-normal:x", "counted:hair", "flat:1", ""])
def test_other_priors_are_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="half-normal:SCALE"):
        parse_tau_prior(wrong)
