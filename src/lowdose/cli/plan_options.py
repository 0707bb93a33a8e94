"""The options that say what to plan, in one table: option, key in a plan file, help.

Values stay text here; `lowdose.regimen.request` reads them, so that all faults show together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from lowdose.regimen.answers import QUESTIONS

__all__ = ["option_of", "plan_options", "written_in"]

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


def _option_for(key: str) -> str:
    return _SAFETY_OPTIONS.get(key, f"--{key.replace('_', '-')}")


def _all_options() -> list[Callable[[Command], Command]]:
    plain = [
        click.option(option, key, metavar=what, help=words)
        for key, (option, what, words) in _OPTIONS.items()
    ]
    lists = [
        click.option(option, key, metavar=what, help=words, multiple=True)
        for key, (option, what, words) in (_LISTS | _SAFETY_LISTS).items()
    ]
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
