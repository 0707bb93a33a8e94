"""The options that say what to plan, in one table: option, key in a plan file, help.

Values stay text here; `lowdose.regimen.request` reads them, so that all faults show together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from lowdose.errors import Fault, InputError
from lowdose.regimen.answers import QUESTIONS

__all__ = ["content_of", "course_options", "option_of", "plan_options", "renamed", "written_in"]

T = TypeVar("T")

# key: (option, what to give, help)
_OPTIONS = {
    "template": ("--template", "NAME", "A titration template; see --list-templates."),
    "start_mg": ("--start-mg", "MG", "First dose, mg a day."),
    "step_mg": ("--step-mg", "MG", "How much more at each step."),
    "every_days": ("--every-days", "DAYS", "Days between two steps."),
    "target_mg": ("--target-mg", "MG", "Dose at which the climb ends."),
    "time": ("--time", "MOMENT", "morning, midday, evening or bedtime."),
    "days": ("--days", "DAYS", "Length of the whole plan."),
    "target_days": ("--target-days", "DAYS", "Instead: days at the target."),
    "split": ("--split", "SHARES", "Split the dose: morning:0.4,bedtime:0.6"),
    "name": ("--name", "TEXT", "What to call the regimen."),
    "start": ("--start", "DATE", "First day; default: today."),
    "zone": ("--zone", "ZONE", "Time zone, like Europe/Oslo; default: this computer's."),
    "patient": ("--patient", "TEXT", "A name or number for the labels."),
    "strengths_mg": ("--strengths", "MG,MG", "Capsule strengths in stock: 0.5,1.5,4.5"),
    "filler": ("--filler", "NAME", "Filler of the capsules."),
    "spare_percent": ("--spare-percent", "PERCENT", "Capsules made on top."),
    "liquid_mg_per_ml": ("--liquid", "STRENGTH", "Instead: a liquid, like 1mg/mL"),
    "syringe_ml": ("--syringe-ml", "ML", "Size of the oral syringe."),
    "vehicle": ("--vehicle", "NAME", "Liquid: preserved or water."),
    "storage": ("--storage", "WHERE", "Liquid: refrigerator or room."),
    "beyond_use_days": ("--beyond-use-days", "DAYS", "A shorter beyond-use date."),
    "made_on": ("--made-on", "DATE", "When the first batch is made."),
}
_LISTS = {
    "hold": ("--hold", "MG:DAYS", "Stay longer at a dose: 3:14"),
    "step_back": ("--step-back", "MG:MG:DAYS", "Go back for a while: 4.5:3:14"),
}
_SAFETY_LISTS = {
    "medicines": ("--medicine", "NAME", "A medicine taken, or none; may be repeated."),
    "checked": ("--checked", "NAME", "A medicine checked not to be an opioid."),
}
_SAFETY_OPTIONS = {"age_years": "--age"}
_SAFETY_FLAGS = {"specialist": ("--specialist", "A specialist in the condition agrees.")}
_FLAGS = {"blinded": ("--blinded", "Nothing for the patient names medicine or dose.")}

Command = Callable[..., Any]


# What is taken, without dates, stock and safety.
_TEMPLATE = ("--template", "NAME", "A titration template; see lowdose plan --list-templates.")
_COURSE = (
    *("start_mg", "step_mg", "every_days", "target_mg"),
    *("time", "days", "target_days", "split"),
)
_COURSE_LISTS = ("hold", "step_back")


def course_options(command: Command) -> Command:
    """Add the options that say what is taken; the command gets them by key."""
    plain = [_plain("template", _TEMPLATE), *(_plain(key, _OPTIONS[key]) for key in _COURSE)]
    lists = [_plain(key, _LISTS[key], multiple=True) for key in _COURSE_LISTS]
    for option in reversed([*plain, *lists]):
        command = option(command)
    return command


def plan_options(command: Command) -> Command:
    """Add every option of a request for a plan; the command gets them by key."""
    for option in reversed(list(_all_options())):
        command = option(command)
    return command


def option_of(key: str) -> str | None:
    """The option that gives a key of a plan file, or None.

    >>> option_of("target_mg"), option_of("age_years"), option_of("steps")
    ('--target-mg', '--age', None)
    """
    for table in (_OPTIONS, _LISTS, _SAFETY_LISTS, _SAFETY_FLAGS, _FLAGS):
        if key in table:
            return str(table[key][0])
    return {question.key: _option_for(question.key) for question in QUESTIONS}.get(key)


def written_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the mapping that `lowdose.regimen.request.parse_request` reads.

    >>> written_in({"target_mg": "3", "days": None, "medicines": ("codeine",), "blinded": False})
    {'target_mg': '3', 'safety': {'medicines': ('codeine',)}}
    """
    plain = {key: given[key] for key in (*_OPTIONS, *_LISTS, *_FLAGS) if given.get(key)}
    keys = (*(question.key for question in QUESTIONS), *_SAFETY_LISTS, *_SAFETY_FLAGS)
    safety = {key: given[key] for key in keys if given.get(key)}
    return {**plain, "safety": safety}


def content_of(file: str) -> tuple[bytes, str]:
    """What stands in a plan file, and what to call it; `-` is standard input."""
    if file == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(file).read_bytes(), file
    except (OSError, ValueError):
        raise InputError([Fault("--file", repr(file), "a plan file that can be read")]) from None


def renamed(make: Callable[[], T], given: Mapping[str, Any]) -> T:
    """Say faults of options by the name of the option, and of a file with its name."""
    try:
        return make()
    except InputError as error:
        file = given["file"]
        faults = [_placed(fault, written_in(given), file) for fault in error.faults]
        raise InputError(faults, error.source) from None


def _placed(fault: Fault, options: Mapping[str, Any], file: str | None) -> Fault:
    option = option_of(fault.place)
    if option and (not file or fault.place in {*options, *options.get("safety", {})}):
        return replace(fault, place=option)
    if not file:
        return fault
    name = "standard input" if file == "-" else file
    return replace(fault, place=f"{name}, {fault.place}")


def _option_for(key: str) -> str:
    return _SAFETY_OPTIONS.get(key, f"--{key.replace('_', '-')}")


def _plain(
    key: str, line: tuple[str, str, str], *, multiple: bool = False
) -> Callable[[Command], Command]:
    option, what, words = line
    return click.option(option, key, metavar=what, help=words, multiple=multiple)


def _all_options() -> list[Callable[[Command], Command]]:
    plain = [_plain(key, line) for key, line in _OPTIONS.items()]
    lists = [_plain(key, line, multiple=True) for key, line in (_LISTS | _SAFETY_LISTS).items()]
    flags = [
        click.option(option, key, help=words, is_flag=True)
        for key, (option, words) in (_FLAGS | _SAFETY_FLAGS).items()
    ]
    questions = [
        click.option(
            _option_for(question.key),
            question.key,
            metavar="ANSWER",
            help=f"{question.text} {question.choices}",
        )
        for question in QUESTIONS
    ]
    return [
        *plain,
        *lists[: len(_LISTS)],
        *flags[:1],
        *questions,
        *lists[len(_LISTS) :],
        *flags[1:],
    ]
