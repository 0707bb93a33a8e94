"""The Kalman pass against the same algebra with dense matrices."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_diaries import Numbers, noise_covariance

from lowdose.inference.kalman import Rows, lagged, whiten
from lowdose.runtime import double_precision

DAYS, FIXED, LEVELS, ONSETS, NODES = 16, 2, 2, 2, 3


@partial(jax.jit)
def _whitened(rows: Rows, decay: Numbers, phi: Numbers, share: Numbers):
    return whiten(rows, lagged(rows.drive, decay), phi, share)


def _rows(
    seed: int, missing: float = 0.3, repeat: float = 0.3, days: int = DAYS, means: bool = True
) -> Rows:
    chance = np.random.default_rng(seed)
    shape = (days, 1)
    return Rows(
        rating=chance.normal(size=shape),
        seen=(chance.random(shape) >= missing).astype(float),
        gap=(chance.random(shape) >= repeat).astype(float),
        weight=chance.integers(1, 9, shape).astype(float) if means else np.ones(shape),
        fixed=chance.normal(size=(days, FIXED, 1)),
        drive=chance.normal(size=(days, LEVELS, 1)),
    )


def _by_hand(drive: Numbers, decay: float) -> Numbers:
    """The onset filter as one sum: relief_t = (1 - d) sum_k d^(t - k) a_k."""
    days = np.arange(drive.shape[0])
    kernel = np.tril(decay ** np.clip(days[:, None] - days, 0, None)) * (1 - decay)
    return kernel @ drive


def _run(rows: Rows, phi: Numbers, share: Numbers):
    decay = np.array([[0.0], [0.8]])
    with double_precision():
        grams = _whitened(rows, decay, phi, share)
        relief = np.asarray(jax.jit(lagged)(rows.drive, decay))
    return jax.tree.map(np.asarray, grams), relief


unit = st.floats(0.0, 0.98)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    missing=st.sampled_from([0.0, 0.3, 0.8]),
    repeat=st.sampled_from([0.0, 0.5]),
    phi=st.lists(unit, min_size=NODES, max_size=NODES),
    share=st.lists(unit, min_size=NODES, max_size=NODES),
)
def test_grams_and_determinant_equal_dense_algebra(
    seed: int, missing: float, repeat: float, phi: list[float], share: list[float]
) -> None:
    rows = _rows(seed, missing, repeat)
    grams, relief = _run(rows, np.array([phi]), np.array([share]))

    seen = rows.seen[:, 0] > 0
    base = np.concatenate([rows.rating, rows.fixed[:, :, 0]], axis=1)[seen]
    for node in range(NODES):
        v = noise_covariance(rows.gap[:, 0], rows.weight[:, 0], phi[node], share[node])
        inverse = np.linalg.inv(v[np.ix_(seen, seen)])
        assert grams.base[:, :, 0, node] == pytest.approx(base.T @ inverse @ base, abs=1e-9)
        log_det = np.linalg.slogdet(v[np.ix_(seen, seen)])[1]
        assert grams.log_det[0, node] == pytest.approx(log_det, abs=1e-9)
        for onset in range(ONSETS):
            level = relief[:, onset, :, 0][seen]
            cross = grams.cross[onset, :, :, 0, node]
            assert cross == pytest.approx(base.T @ inverse @ level, abs=1e-9)
            assert grams.level[onset, :, :, 0, node] == pytest.approx(
                level.T @ inverse @ level, abs=1e-9
            )


def test_a_rating_on_a_missing_day_has_no_say() -> None:
    rows = _rows(1)
    seen = rows.seen > 0
    shouted = rows._replace(rating=np.where(seen, rows.rating, 1e6))
    phi, share = np.full((1, NODES), 0.5), np.full((1, NODES), 0.5)

    assert _run(shouted, phi, share)[0].base == pytest.approx(_run(rows, phi, share)[0].base)


def test_padding_at_the_end_changes_nothing() -> None:
    rows = _rows(2, missing=0.0)
    empty = _rows(3, missing=1.0)
    long = Rows(*(np.concatenate(pair) for pair in zip(rows, empty, strict=True)))
    phi, share = np.full((1, NODES), 0.7), np.full((1, NODES), 0.4)

    short_grams, long_grams = _run(rows, phi, share)[0], _run(long, phi, share)[0]
    for short, padded in zip(short_grams, long_grams, strict=True):
        assert padded == pytest.approx(short)


def test_rows_without_a_gap_share_their_swing() -> None:
    """Two means of one period with swing only are one and the same: their difference is certain."""
    gap, weight = np.array([0.0, 0.0]), np.ones(2)

    assert noise_covariance(gap, weight, 0.5, 1.0) == pytest.approx(np.ones((2, 2)))


@given(decay=st.floats(0.0, 0.999), seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_the_onset_filter_equals_its_closed_form(decay: float, seed: int) -> None:
    drive = np.random.default_rng(seed).normal(size=(DAYS, LEVELS, 1))
    with double_precision():
        found = np.asarray(jax.jit(lagged)(drive, np.array([[decay], [0.0]])))

    assert found[:, 0, :, 0] == pytest.approx(_by_hand(drive[:, :, 0], decay), abs=1e-12)
    assert found[:, 1] == pytest.approx(drive)


def test_a_constant_dose_brings_half_the_relief_in_one_half_life() -> None:
    with double_precision():
        found = np.asarray(lagged(np.ones((8, 1, 1)), np.array([[2 ** (-1 / 7)]])))

    assert found[6, 0, 0, 0] == pytest.approx(0.5)
