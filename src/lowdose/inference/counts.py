"""Posteriors of counts and yes/no symptoms: attacks a day, a migraine or none.

The logarithm of a day's rate (or of its odds) is a line: the regression columns and an AR(1)
swing, as for ratings but without day noise, which the counting itself brings. Onset, correlation
and spread of the swing are summed out on a grid that finds its own place; at each of its nodes
expectation propagation gives the coefficients' posterior. What comes back has the same types as
for ratings, on the log-rate or log-odds scale.

A row that rests on several days holds their mean (the share of days with a yes), so its
likelihood is that of the total over those days.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm
from jaxtyping import Array
from numpy.typing import NDArray

from lowdose.diary.entries import Kind
from lowdose.errors import Fault, InputError
from lowdose.inference.arrays import Batch, level_bucket, stack
from lowdose.inference.estimate import Estimate, Posterior, ask, posterior_of, questions, read_one
from lowdose.inference.frame import Frame
from lowdose.inference.kalman import lagged
from lowdose.inference.latent import Totals
from lowdose.inference.place import (
    Grid,
    Place,
    axis,
    find_place,
    first_place,
    log_cell,
    noise_pairs,
)
from lowdose.inference.propagation import Fit, fit
from lowdose.inference.quadrature import Mixture
from lowdose.runtime import double_precision

__all__ = ["BETTER_LOG_RATIOS", "estimate_counts", "relief_columns", "swing_numbers", "totals"]

Numbers = NDArray[np.float64]

BETTER_LOG_RATIOS = (0.0, float(np.log(0.7)), float(np.log(0.5)))
"""Log ratios of no change, of 30 % and of 50 % fewer. The shares are those used for ratings of pain
(Dworkin 2008, doi:10.1016/j.jpain.2007.09.005); for rates and odds they are an assumption."""

_WHOLE_WITHIN = 0.05
_MANY_ROWS = 512


def estimate_counts(frame: Frame) -> tuple[Estimate, Posterior]:
    """The posterior of one frame of counts or yes/no days, whole and summarised.

    Effects, baseline, trend and expectation are natural logarithms of rates (counts) or of odds
    (yes/no). The probabilities of 30 and 50 % better are those of a rate ratio or odds ratio of at
    most 0.7 and 0.5; where higher is better, of at least 1/0.7 and 1/0.5. In `Posterior.hyper` the
    row of the swing's share, which has no meaning here, is 0.

    Raises InputError where a count is below 0 or a yes/no value is not between 0 and 1.

    >>> from lowdose.diary.entries import Diary, Symptom
    >>> from lowdose.inference.frame import build_frame
    >>> from lowdose.inference.priors import NAMED
    >>> attacks = Symptom("attacks", 0, float("inf"), kind=Kind.COUNT)
    >>> diary = Diary(
    ...     day=np.arange(40.0), ratings={"attacks": np.repeat([4.0, 1.0], 20)},
    ...     symptoms={"attacks": attacks}, dose_mg=np.repeat([0.0, 4.5], 20),
    ... )
    >>> found, _ = estimate_counts(build_frame(diary, attacks, NAMED["weak"]))
    >>> found.effects[0].mean < -0.5, found.benefit[0] > 0.9
    (True, True)
    """
    levels = level_bucket(len(frame.labels))
    with double_precision():
        batch = stack([frame])
        asked, offset = _asked(frame, batch, levels)
        grid = _grid(batch.rating.shape[0])
        binary = frame.symptom.kind is Kind.BINARY
        answers = _solve(batch, totals(frame, batch), asked, offset, grid, binary=binary)
        found, mixture = jax.tree.map(np.asarray, answers)
    return read_one(frame, 0, found), posterior_of(frame, batch, mixture, grid)


def _grid(rows: int) -> Grid:
    """The grid for a padded length; its points for the spread are slices here.

    Long diaries need no slices: their posterior is not skewed.
    """
    if rows <= _MANY_ROWS:
        return Grid(noise=11, onset=7, spread=5, reach=3.5, rounds=3, coarse_noise=7)
    return Grid(noise=11, onset=7, spread=1, reach=3.2, rounds=4, coarse_noise=7)


def totals(frame: Frame, batch: Batch) -> Totals:
    """Events and days of each padded row.

    A mean over several days comes rounded, so that the total may miss a whole number by a little;
    it is then taken as that number. A total that is further off is used as it stands: the
    likelihood is defined for it, and lies between those of its neighbours.

    Raises InputError where a count is below 0 or a yes/no value is not between 0 and 1.
    """
    _check(frame)
    seen, days = batch.seen[:, 0], batch.weight[:, 0]
    total = batch.rating[:, 0] * days
    whole = np.rint(total)
    total = np.where(np.abs(total - whole) <= _WHOLE_WITHIN, whole, total)
    return Totals(total * seen, days, seen, batch.gap[:, 0])


def _check(frame: Frame) -> None:
    binary = frame.symptom.kind is Kind.BINARY
    outside = (frame.rating < 0) | (binary & (frame.rating > 1))
    expected = "0 (no), 1 (yes), or a share between" if binary else "0 or more"
    place = f"column {frame.symptom.name}, day"
    faults = [
        Fault(f"{place} {frame.day[row]:g}", f"{frame.rating[row]:g}", expected)
        for row in np.flatnonzero(outside)
    ]
    if faults:
        raise InputError(faults)


def _asked(frame: Frame, batch: Batch, levels: int) -> tuple[Numbers, Numbers]:
    """Questions on standardised coefficients, and where each effect's three bars lie."""
    rows = questions(frame, levels)
    rows[3:] = np.tile(rows[3 : 3 + levels], (3, 1))
    asked = np.einsum("qj,jkc->qkc", rows, batch.back)
    offset = np.zeros((rows.shape[0], 1))
    offset[3:, 0] = np.repeat(BETTER_LOG_RATIOS, levels)
    return asked, offset


@partial(jax.jit, static_argnames=("grid", "binary"))
def _solve(
    batch: Batch, rows: Totals, asked: Any, offset: Any, grid: Grid, binary: bool
) -> tuple[dict[str, Any], Mixture]:
    """Find the grid's place, lay the final grid, and ask."""
    coarse = grid._replace(noise=grid.coarse_noise, onset=grid.coarse_onset, spread=1, round=2.0)

    def closer(_: int, place: Place) -> Place:
        noise, onset = _nodes(place, coarse)
        log_weight = _lay(batch, rows, (noise, onset), 1, binary)[0]
        return find_place(log_weight[:, None], noise, onset, coarse, place)

    place = jax.lax.fori_loop(0, grid.rounds, closer, first_place(1))
    noise, onset = _nodes(place, grid)
    mixture = _mixture(noise, onset, *_lay(batch, rows, (noise, onset), grid.spread, binary), place)
    return ask(mixture, asked, offset, detail=True), mixture


def _nodes(place: Place, grid: Grid) -> tuple[Array, Array]:
    """Noise numbers (2, 1, N) and onset (O, 1) of the nodes, in prior standard units."""
    pair = noise_pairs(grid)
    noise = place.noise_mean[:, :, None] + jnp.einsum("ijc,jn->icn", place.noise_root, pair)
    along = axis(grid.onset, grid.reach * 0.85)
    return noise, place.onset_mean + place.onset_sd * along[:, None]


def _lay(
    batch: Batch, rows: Totals, nodes: tuple[Array, Array], slices: int, binary: bool
) -> tuple[Array, Fit]:
    """Log weight (onset, slice x node) of the nodes, and the coefficients there."""
    noise, onset = nodes
    phi, spread = swing_numbers(batch, noise[0, 0], noise[1, 0])
    start = jnp.asarray(batch.start)[:, 0]

    def at_onset(unit: Array) -> Fit:
        columns = relief_columns(batch, unit)
        return fit(rows, columns, start, (phi, spread**2), binary=binary, slices=slices)

    # All onsets side by side are quicker, but a diary of many years would not fit in memory.
    size = onset.shape[0] if batch.rating.shape[0] <= _MANY_ROWS else 1
    found = jax.lax.map(at_onset, onset[:, 0], batch_size=size)
    log_prior = -0.5 * (jnp.tile(jnp.sum(noise[:, 0] ** 2, 0), slices) + onset**2)
    return found.log_like + log_prior, found


def swing_numbers(batch: Batch, phi_unit: Array, spread_unit: Array) -> tuple[Array, Array]:
    """The swing's correlation and standing spread from prior standard units (first course).

    Without a swing that carries over, by the user's choice, the correlation is 0.
    """
    mean, sd = jnp.asarray(batch.hyper[:, 0, 0]), jnp.asarray(batch.hyper[:, 1, 0])
    carried = jnp.where(jnp.asarray(batch.share_range)[1, 0] > 0, 1.0, 0.0)
    phi = carried * norm.cdf(mean[1] + sd[1] * phi_unit)
    return phi, jnp.exp(mean[3] + sd[3] * spread_unit)


def relief_columns(batch: Batch, onset_unit: Array) -> Array:
    """All columns (T, K) of the first course, the drive passed through one onset."""
    half_life = jnp.exp(batch.hyper[0, 0, 0] + batch.hyper[0, 1, 0] * onset_unit)
    decay = jnp.where(jnp.asarray(batch.gradual)[0] > 0, 2.0 ** (-1 / half_life), 0.0)
    relief = lagged(jnp.asarray(batch.drive), decay.reshape(1, 1))[:, 0, :, 0]
    return jnp.concatenate([jnp.asarray(batch.fixed)[:, :, 0], relief], axis=1)


def _mixture(noise: Array, onset: Array, log_weight: Array, found: Fit, place: Place) -> Mixture:
    """One normal a node and slice; node order onset, slice, noise."""
    onsets, nodes = log_weight.shape
    noise = jnp.tile(noise[:, 0], nodes // noise.shape[-1])
    total = jax.scipy.special.logsumexp(log_weight)
    hyper = jnp.zeros((4, onsets, nodes))
    hyper = hyper.at[0].set(onset).at[1].set(noise[0]).at[3].set(noise[1])

    def flat(values: Array) -> Array:
        """(onset, ..., node) to (..., onset x node, 1)."""
        moved = jnp.moveaxis(values, 0, -2)
        return moved.reshape(*moved.shape[:-2], -1, 1)

    return Mixture(
        weight=jnp.exp(log_weight - total).reshape(-1, 1),
        mean=flat(found.mean),
        root=flat(found.root),
        hyper=hyper.reshape(4, -1, 1),
        log_evidence=total + log_cell(place),
        place=place,
    )
