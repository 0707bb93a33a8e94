"""Which of the planned doses are taken, and when: by a pattern, drawn for each person and day."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lowdose.population.patterns import ADHERENCE, Adherence

__all__ = ["ADHERENCE", "Adherence", "taken"]

LATE_H = (1, 2, 4)


@partial(jax.jit, static_argnames="pattern")
def taken(key: Any, numbers: Any, planned_mg: Any, pattern: Adherence) -> Any:
    """Doses taken by the people of these numbers: (days, 1 + late times, people).

    planned_mg: (days,), one dose a day, or (days, intakes); then (days, intakes, 1 + late times,
    people), each intake missed or late by itself. The key should not be the one that draws the
    people.
    """

    def one(number: Any) -> Any:
        own, daily = jax.random.split(jax.random.fold_in(key, number))
        shift = pattern.spread * jax.random.normal(own)
        missed, late = _shifted(pattern.missed, shift), _shifted(pattern.late, shift)
        chance = jax.random.uniform(daily, (*planned_mg.shape, 2))
        slot = 1 + jnp.floor(chance[..., 1] * len(LATE_H)).astype(int)
        when = jnp.where(chance[..., 0] < missed + late, slot, 0)
        kept = jnp.where(chance[..., 0] < missed, 0.0, planned_mg)
        return kept[..., None] * (when[..., None] == jnp.arange(1 + len(LATE_H)))

    return jax.vmap(one, out_axes=-1)(numbers)


def _shifted(share: float, shift: Any) -> Any:
    """The share with its log-odds moved."""
    odds = share / (1 - share) * jnp.exp(shift)
    return odds / (1 + odds)
