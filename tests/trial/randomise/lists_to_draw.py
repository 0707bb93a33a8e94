"""Designs and secrets to draw lists with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lowdose.trial.design.named import find_design
from lowdose.trial.design.values import Allocation, Design, Factor, Method, Sequence
from lowdose.trial.randomise.chance import keyed

SEX = Factor("sex", ("female", "male"))
SITE = Factor("site", ("Oslo", "Bergen", "Narvik"))


def secret(number: int) -> bytes:
    """A secret for each number."""
    return keyed(b"tests", str(number))


def secrets(many: int) -> Iterator[bytes]:
    return map(secret, range(many))


def crossover(
    method: Method = Method.BLOCKS,
    *factors: Factor,
    sizes: tuple[int, ...] = (),
    shares: tuple[int, ...] = (1, 1),
    people: int = 40,
    strength: float = 0.8,
) -> Design:
    """LDN and placebo in both orders, allocated in some way."""
    design = find_design("crossover")
    sequences = tuple(
        replace(one, share=share) for one, share in zip(design.sequences, shares, strict=True)
    )
    allocation = Allocation(method, sizes, factors, strength)
    return replace(design, allocation=allocation, sequences=sequences, people=people)


def three_arms(method: Method, shares: tuple[int, int, int], *factors: Factor) -> Design:
    """Placebo and two doses, side by side."""
    design = find_design("parallel")
    high = replace(design.treatment("ldn"), key="high", name="LDN 6 mg")
    sequences = tuple(
        Sequence(key, (key,), share)
        for key, share in zip(("placebo", "ldn", "high"), shares, strict=True)
    )
    return replace(
        design,
        treatments=(*design.treatments, high),
        sequences=sequences,
        allocation=Allocation(method, (), factors),
    )
