"""What `lowdose simulate` does besides following people: `--assumptions`, with its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.progress import progress_bar

if TYPE_CHECKING:
    from lowdose.mechanism.hypotheses import Hypothesis
    from lowdose.population.sensitivity import Sensitivity

__all__ = ["assumptions_of", "more_options"]

_DRAWS = 2048

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--assumptions",
        is_flag=True,
        help="Say what one would have to measure to know more.",
    ),
)


def more_options(command: Command) -> Command:
    """Add these options to a command; it gets them by key."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def assumptions_of(
    doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]
) -> Sensitivity | None:
    """How far each assumption moves the benefit, where that is said or drawn; else None."""
    if not given["assumptions"] and "assumptions" not in given["pictures"]:
        return None
    from lowdose.population.sensitivity import sensitivity, simulated_people

    with progress_bar("Trying the assumptions", simulated_people(_DRAWS)) as progress:
        return sensitivity(
            doses,
            hypothesis=hypothesis,
            structure=given["blockade"],
            formulation=given["formulation"],
            draws=_DRAWS,
            seed=given["seed"],
            progress=progress,
        )
