"""A request for a plan: everything somebody chose, read from options or from a plan file.

Options and files are the same mapping of keys to what was written; `KEYS` says how each is read.
All faults are found at once, each under its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from lowdose.errors import Fault, InputError
from lowdose.regimen import request_values as read
from lowdose.regimen.answers import QUESTIONS, Answers, parse_answers
from lowdose.regimen.beyond_use import Storage, Vehicle
from lowdose.regimen.climb import regimen_of, regimen_of_steps
from lowdose.regimen.doses import Moment, Regimen, Step
from lowdose.regimen.plan import Plan, plan
from lowdose.regimen.stock import CAPSULE_KEYS, LIQUID_KEYS, Stock, stock_of
from lowdose.regimen.templates import TEMPLATES, find_template
from lowdose.regimen.titration import CHOSEN, Titration
from lowdose.regimen.titration_check import titration_faults

__all__ = [
    "COURSE_KEYS",
    "KEYS",
    "SAFETY_KEYS",
    "PlanRequest",
    "merged",
    "parse_course",
    "parse_request",
]

T = TypeVar("T")


@dataclass(frozen=True)
class PlanRequest:
    """What a plan is made from."""

    course: Titration | Regimen
    answers: Answers
    start: date
    zone: str
    stock: Stock | None = None
    blinded: bool = False
    patient: str | None = None

    def plan(self) -> Plan:
        """Make the plan; raises as `lowdose.regimen.plan.plan` does."""
        return plan(
            self.course,
            self.answers,
            start=self.start,
            zone=self.zone,
            stock=self.stock,
            blinded=self.blinded,
            patient=self.patient,
        )


KEYS: dict[str, Callable[[Any], Any]] = {
    "template": read.text,
    "name": read.text,
    "source": read.text,
    "start_mg": read.number,
    "step_mg": read.number,
    "every_days": read.whole,
    "target_mg": read.number,
    "time": read.choice(Moment),
    "days": read.whole,
    "target_days": read.whole,
    "hold": read.list_of(read.hold),
    "step_back": read.list_of(read.step_back),
    "split": read.split,
    "steps": lambda written: written,
    "start": read.day,
    "zone": read.text,
    "blinded": read.flag,
    "patient": read.text,
    "strengths_mg": read.list_of(read.number),
    "filler": read.text,
    "spare_percent": read.number,
    "liquid_mg_per_ml": read.liquid,
    "syringe_ml": read.number,
    "vehicle": read.choice(Vehicle),
    "storage": read.choice(Storage),
    "beyond_use_days": read.whole,
    "made_on": read.day,
}
"""Every key of a plan, but those of its table `safety`, and how its value is read."""

SAFETY_KEYS = (*(question.key for question in QUESTIONS), "medicines", "checked", "specialist")
"""Every key of the table `safety`."""

_FIELDS = {
    **{key: key for key in ("start_mg", "step_mg", "every_days", "target_mg")},
    **{key: key for key in ("time", "days", "target_days", "split", "name", "source")},
    "hold": "holds",
    "step_back": "step_backs",
}
_CLIMB_KEYS = ("template", *(key for key in _FIELDS if key not in {"name", "source", "time"}))
COURSE_KEYS = (*_CLIMB_KEYS, "name", "source", "time", "steps")
"""The keys that say what is taken, and nothing else."""

_NUMBERS = ("start_mg", "step_mg", "every_days", "target_mg")
_SHAPE = (*_NUMBERS, "hold", "step_back", "split")
# Choices of which one replaces the other where options change a plan file.
_RIVALS = (
    (set(CAPSULE_KEYS), set(LIQUID_KEYS)),
    ({"days"}, {"target_days"}),
    ({"steps"}, set(_CLIMB_KEYS)),
)
# With one dose throughout there is no climb to describe.
_NO_CLIMB: dict[str, Any] = {"step_mg": 0.0, "every_days": 7}


def parse_request(written: Mapping[str, Any], *, today: date, zone: str) -> PlanRequest:
    """Read a request; `today` and `zone` stand in where it gives neither start nor zone.

    Raises `InputError` with every fault.

    >>> written = {"template": "usual", "days": "70", "safety": {"opioids": "none"}}
    >>> request = parse_request(written, today=date(2026, 3, 2), zone="Europe/Oslo")
    >>> request.plan().last
    datetime.date(2026, 5, 10)
    """
    faults = _unknown(written, [*KEYS, "safety"])
    values = _values(written, faults)
    answers = _kept(faults, lambda: _answers(written.get("safety", {})))
    course = _kept(faults, lambda: _course(values, written))
    stock = _kept(faults, lambda: stock_of(values))
    if faults and isinstance(course, Titration):
        faults += titration_faults(course)
    if faults or answers is None or course is None:
        raise InputError(faults)
    return PlanRequest(
        course=course,
        answers=answers,
        start=values.get("start", today),
        zone=values.get("zone", zone),
        stock=stock,
        blinded=values.get("blinded", False),
        patient=values.get("patient"),
    )


def parse_course(written: Mapping[str, Any]) -> Regimen:
    """The regimen alone of what was written; keys that say something else are checked, not used.

    Raises `InputError` with every fault.

    >>> parse_course({"template": "usual", "days": "70"}).days
    70
    """
    faults = _unknown(written, [*KEYS, "safety"])
    values = _values({key: written[key] for key in COURSE_KEYS if key in written}, faults)
    course = _kept(faults, lambda: _course(values, written))
    if isinstance(course, Titration):
        titration = course
        course = _kept(faults, lambda: regimen_of(titration))
    if faults or course is None:
        raise InputError(faults)
    return course


def merged(file: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """A plan file with some of its keys replaced by options.

    >>> merged({"strengths_mg": [1.5], "days": 84}, {"liquid_mg_per_ml": "1"})
    {'days': 84, 'liquid_mg_per_ml': '1'}
    """
    dropped: set[str] = set()
    for one, other in _RIVALS:
        for chosen, left_out in ((one, other), (other, one)):
            if chosen & set(options):
                dropped |= left_out - set(options)
    kept = {key: value for key, value in file.items() if key not in dropped}
    if "template" in options:
        kept = {key: value for key, value in kept.items() if key not in _FIELDS}
    elif changed := [key for key in _SHAPE if key in options]:
        # A name says the numbers, so it does not outlive them.
        kept.pop("name", None)
        if "source" in kept:
            kept["source"] = f"{kept['source']} Changed here: {', '.join(changed)}."
    both = {**kept, **options}
    if isinstance(file.get("safety"), Mapping) and isinstance(options.get("safety"), Mapping):
        both["safety"] = {**file["safety"], **options["safety"]}
    return both


def _unknown(written: Mapping[str, Any], known: Sequence[str]) -> list[Fault]:
    faults = []
    for key in written:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"keys: {', '.join(known)}"
            faults.append(Fault(key, "an unknown key", "a key of a plan", remedy))
    return faults


def _values(written: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    values = {}
    for key, value in written.items():
        if key not in KEYS:
            continue
        try:
            values[key] = KEYS[key](value)
        except ValueError as error:
            faults.append(Fault(key, _shown(value), str(error)))
    return values


def _shown(value: Any) -> str:
    """What was written, as it was written."""
    if isinstance(value, list | tuple):
        return ", ".join(repr(each) for each in value)
    return repr(value)


def _kept(faults: list[Fault], make: Callable[[], T]) -> T | None:
    """What `make` gives, or None with its faults added to `faults`."""
    try:
        return make()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _answers(written: Any) -> Answers:
    if not isinstance(written, Mapping):
        raise InputError([Fault("safety", repr(written), "a table of answers")])
    faults = _unknown(written, SAFETY_KEYS)
    lists = {key: _names(key, written, faults) for key in ("medicines", "checked")}
    specialist = written.get("specialist", False)
    if not isinstance(specialist, bool):
        faults.append(Fault("specialist", repr(specialist), "true or false"))
    texts = {key: _text(value) for key, value in written.items() if key not in lists}
    answers = _kept(
        faults,
        lambda: parse_answers(
            texts,
            medicines=lists["medicines"],
            checked=lists["checked"] or (),
            specialist=specialist is True,
        ),
    )
    if faults or answers is None:
        raise InputError(faults)
    return answers


def _names(key: str, written: Mapping[str, Any], faults: list[Fault]) -> tuple[str, ...] | None:
    """Names of medicines; the single word "none" means that there are none."""
    if key not in written:
        return None
    names = written[key]
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        faults.append(Fault(key, repr(names), "a list of names"))
        return None
    cleaned = [name.strip() for name in names if name.strip()]
    return () if [name.lower() for name in cleaned] == ["none"] else tuple(cleaned)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _course(values: Mapping[str, Any], written: Mapping[str, Any]) -> Titration | Regimen:
    if "days" in written and "target_days" in written:
        expected = "either days (in all) or target_days (at the target)"
        raise InputError([Fault("target_days", "given beside days", expected)])
    if "steps" not in written:
        return _titration(values, written)
    if both := [key for key in _CLIMB_KEYS if key in written]:
        expected = "either steps written out or the numbers of a climb"
        raise InputError([Fault("steps", f"given beside {', '.join(both)}", expected)])
    time = values.get("time", Moment.BEDTIME)
    steps = _steps(values["steps"], time)
    return regimen_of_steps(values.get("name", ""), steps, values.get("source", CHOSEN))


def _steps(written: Any, time: Moment) -> list[Step]:
    if not isinstance(written, list) or not written:
        raise InputError([Fault("steps", repr(written), "tables [[steps]], one or more")])
    steps: list[Step] = []
    faults: list[Fault] = []
    for number, each in enumerate(written, start=1):
        try:
            steps.append(read.step(each, time))
        except ValueError as error:
            faults.append(Fault(f"step {number}", repr(each), str(error)))
    if faults:
        raise InputError(faults)
    return steps


def _titration(values: Mapping[str, Any], written: Mapping[str, Any]) -> Titration:
    given = {field: values[key] for key, field in _FIELDS.items() if key in values}
    if "template" in values:
        return _changed(find_template(values["template"]), given)
    if given.get("start_mg") is not None and given.get("start_mg") == given.get("target_mg"):
        given = {**_NO_CLIMB, **given}
    missing = [key for key in _NUMBERS if key not in given and key not in written]
    if missing and "template" not in written:
        remedy = f"or name a template: {', '.join(TEMPLATES)}"
        raise InputError(
            Fault(key, "not given", "a number", remedy if key == missing[0] else "")
            for key in missing
        )
    if any(key not in given for key in _NUMBERS):
        raise InputError(())  # unreadable; its fault has been noted already
    return Titration(**given)


def _changed(template: Titration, given: Mapping[str, Any]) -> Titration:
    """A template with numbers of its own; then neither its name nor its source hold unchanged."""
    fields = [_FIELDS[key] for key in _SHAPE]
    new = {key: value for key, value in given.items() if value != getattr(template, key)}
    changed = sorted(set(new) & set(fields))
    words: dict[str, Any] = {}
    if changed:
        words = {"name": "", "source": f"{template.source} Changed here: {', '.join(changed)}."}
    if "time" in given and "split" not in given:
        words["split"] = ()
    if "days" in given:
        words["target_days"] = Titration.target_days
    return replace(template, **{**words, **given})
