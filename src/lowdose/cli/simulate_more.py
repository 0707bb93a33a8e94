"""What `lowdose simulate` gives out besides words: assumptions weighed, and more kinds of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.output import check_endings, put
from lowdose.cli.progress import progress_bar

if TYPE_CHECKING:
    from lowdose.diary.entries import Diary
    from lowdose.mechanism.hypotheses import Hypothesis
    from lowdose.population.sensitivity import Sensitivity
    from lowdose.population.simulate import Simulated

__all__ = ["assumptions_of", "check_more", "more_options", "more_places", "write_more"]

_DRAWS = 2048
_FILES = {"netcdf": (".nc",), "diaries": (".csv",)}

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--assumptions",
        is_flag=True,
        help="Say what one would have to measure to know more.",
    ),
    click.option("--netcdf", metavar="FILE.nc", help="Write the summary as a NetCDF file."),
    click.option(
        "--diaries",
        metavar="FILE.csv",
        help="Write what the people might have noted, as diaries to be read back.",
    ),
    click.option(
        "--untreated-days",
        type=int,
        default=14,
        show_default=True,
        help="Days of these diaries before the first dose.",
    ),
)


def more_options(command: Command) -> Command:
    """Add these options to a command; it gets them by key."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def more_places(given: Mapping[str, Any]) -> list[str]:
    """The files that these options name."""
    return [given[key] for key in _FILES if given[key]]


def check_more(given: Mapping[str, Any]) -> None:
    """Refuse what we cannot serve before anything is worked out; raises InputError."""
    check_endings(*((f"--{key}", [given[key]], _FILES[key]) for key in _FILES if given[key]))
    if given["diaries"]:
        from lowdose.diary.virtual import check_virtual

        check_virtual(given["people"], given["untreated_days"])


def write_more(
    found: Simulated, doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]
) -> None:
    """Write the files that were asked for, beyond tables of people and pictures."""
    if given["netcdf"]:
        from lowdose.report.simulation_dataset import save_dataset, simulation_dataset

        save_dataset(simulation_dataset(found, doses), given["netcdf"])
        click.echo(f"Wrote {given['netcdf']}.", err=True)
    if given["diaries"]:
        from lowdose.diary.write import write_diaries

        put(given["diaries"], write_diaries(_diaries(doses, hypothesis, given)))


def _diaries(
    doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]
) -> tuple[Diary, ...]:
    from lowdose.diary.virtual import virtual_diaries

    return virtual_diaries(
        doses,
        people=given["people"],
        untreated_days=given["untreated_days"],
        hypothesis=hypothesis,
        structure=given["blockade"],
        condition=given["condition"],
        adherence=given["adherence"],
        formulation=given["formulation"],
        seed=given["seed"],
    )


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
