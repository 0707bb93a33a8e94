"""Posterior draws for those who want to look for themselves: an ArviZ data tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lowdose.diary.entries import Diary, Kind
from lowdose.inference.draws import Draws, draw
from lowdose.inference.estimate import Posterior, estimate
from lowdose.inference.frame import FIXED, Frame, build_frame, pick_symptom
from lowdose.inference.options import Options
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.priors import Prior

if TYPE_CHECKING:
    from xarray import DataTree

__all__ = ["posterior"]


def posterior(
    diary: Diary,
    *,
    symptom: str | None = None,
    prior: str | Prior = "weak",
    options: Options = Options(),
    draws: int = 4000,
    seed: int = 0,
) -> DataTree:
    """Independent posterior draws of one diary as an ArviZ data tree.

    Group `posterior`: `baseline`, `trend` (a day), `expectation`, `effect` (by level, on the
    symptom's scale), `onset_half_life` (days), `autocorrelation`, `swing_share`, `spread` (the last
    two on the grid's points). Group `observed_data`: the rated days. One chain: the draws are
    independent, not a Markov chain.

    Raises InputError as `infer` does.

    >>> from lowdose.diary.read import read_diary
    >>> tree = posterior(read_diary("examples/virtual_ldn_blinded.csv"), draws=100)
    >>> tree["posterior"]["effect"].shape
    (1, 100, 1)
    """
    import arviz_base

    chosen = pick_symptom(diary, symptom)
    frame = build_frame(diary, chosen, choose_prior(prior, chosen.name), options)
    drawn = draw(frame, _posterior(frame), draws, seed)
    tree: DataTree = arviz_base.from_dict(
        {"posterior": _variables(frame, drawn), "observed_data": _observed(frame)},
        coords={"level": list(frame.labels), "day": frame.day[frame.rated]},
        dims={"effect": ["level"], chosen.name: ["day"]},
    )
    return tree


def _posterior(frame: Frame) -> Posterior:
    if frame.symptom.kind is Kind.RATING:
        return estimate(frame)[1]
    from lowdose.inference.counts import estimate_counts

    return estimate_counts(frame)[1]


def _variables(frame: Frame, drawn: Draws) -> dict[str, np.ndarray]:
    """One chain of draws; a column that the model does not use is left out."""
    used = np.any(frame.fixed != 0, axis=0)
    found = {
        name: drawn.coefficients[None, :, index] for index, name in enumerate(FIXED) if used[index]
    }
    if frame.gradual:
        found["onset_half_life"] = drawn.half_life[None]
    return found | {
        "effect": drawn.effects(frame)[None],
        "autocorrelation": drawn.phi[None],
        "swing_share": drawn.share[None],
        "spread": drawn.spread[None],
    }


def _observed(frame: Frame) -> dict[str, np.ndarray]:
    return {frame.symptom.name: frame.rating[frame.rated]}
