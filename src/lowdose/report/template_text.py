"""The titration templates as text and as data."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from lowdose.regimen.amounts import number_text
from lowdose.regimen.climb import regimen_of
from lowdose.regimen.templates import TEMPLATES, find_template
from lowdose.regimen.titration import Titration

__all__ = ["templates_json", "templates_text"]

_WIDTH = 88


def templates_text(name: str | None = None) -> str:
    """All templates, or the one of this name with its steps.

    Raises `InputError` where there is none of this name.

    >>> print(templates_text("usual").splitlines()[1])
      14 days 1.5 mg, 14 days 3 mg, 56 days 4.5 mg
    """
    if name is not None:
        return _shown(name, find_template(name))
    return "\n\n".join(_shown(key, template) for key, template in TEMPLATES.items())


def templates_json(name: str | None = None) -> dict[str, Any]:
    """The same as data; doses in mg a day.

    >>> templates_json("usual")["templates"][0]["target_mg"]
    4.5
    """
    chosen = TEMPLATES if name is None else {name: find_template(name)}
    return {"templates": [_data(key, template) for key, template in chosen.items()]}


def _shown(key: str, template: Titration) -> str:
    steps = regimen_of(template).steps
    climb = ", ".join(f"{step.days} days {number_text(step.dose_mg)} mg" for step in steps)
    lines = [f"{key}: {template.name.removeprefix(f'{key}: ')}"]
    for text in (climb, f"Source: {template.source}"):
        lines += wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines)


def _data(key: str, template: Titration) -> dict[str, Any]:
    return {
        "template": key,
        "name": template.name,
        "start_mg": template.start_mg,
        "step_mg": template.step_mg,
        "every_days": template.every_days,
        "target_mg": template.target_mg,
        "target_days": template.target_days,
        "time": template.time.value,
        "split": {share.moment.value: share.part for share in template.split} or None,
        "steps": [
            {"days": step.days, "dose_mg_per_day": step.dose_mg}
            for step in regimen_of(template).steps
        ],
        "source": template.source,
    }
