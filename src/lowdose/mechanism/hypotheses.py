"""Rival accounts of how a dose becomes relief, each a small value that can be compared with others.

A hypothesis says what drives relief: nothing, a tone above the untreated one, or a level of the
drug. A file of the user's own starts from one of these and joins every comparison.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.mechanism.blockade import NANOMOLAR, Levels
from lowdose.mechanism.parameters import PARAMETERS, Person
from lowdose.mechanism.rebound import rise_above_one

__all__ = ["HYPOTHESES", "Hypothesis", "drive_of", "read_hypothesis", "target_of", "with_changes"]


@dataclass(frozen=True)
class Hypothesis:
    """An account of what drives relief.

    drive: "none", "tone" (opioid tone above 1) or "level" (the drug itself, at TLR4). target: whose
    blockade the body answers: "central" mu, or "growth_factor". changes: parameters whose typical
    value this account sets otherwise.
    """

    name: str
    drive: str
    about: str
    record: str
    target: str = "central"
    changes: tuple[tuple[str, float], ...] = ()
    sources: tuple[str, ...] = ()


HYPOTHESES: Mapping[str, Hypothesis] = {
    "none": Hypothesis(
        "none",
        "none",
        "No drug effect: expectation, natural course and regression to the mean only.",
        "What the larger blinded trials found (SY08, SY34).",
    ),
    "rebound": Hypothesis(
        "rebound",
        "tone",
        "The body answers blockade with more opioid signalling than before.",
        "The source pages' account; human data are thin and mixed (EO01, EO24, EO25).",
    ),
    "glia": Hypothesis(
        "glia",
        "level",
        "The drug calms glia at TLR4.",
        "Needs 105 uM (AF23), some 40,000 times what plasma reaches (AF26).",
    ),
    "growth_factor": Hypothesis(
        "growth_factor",
        "tone",
        "As rebound, at the opioid growth factor receptor.",
        "No binding constant is published; anything from pM to uM is allowed.",
        target="growth_factor",
    ),
}


def target_of(hypothesis: Hypothesis, person: Person, levels: Levels, central: Any) -> Any:
    """The blockade that the body answers under this hypothesis."""
    if hypothesis.target == "central":
        return central
    return levels["naltrexone"] / (levels["naltrexone"] + person.growth_factor_ec50_ng_ml)


def drive_of(hypothesis: Hypothesis, person: Person, levels: Levels, tone: Any) -> Any:
    """What drives relief, 0 to 1."""
    if hypothesis.drive == "none":
        return 0.0 * tone
    if hypothesis.drive == "tone":
        return rise_above_one(tone, person.tone_half)
    unbound = levels["naltrexone"] * person.naltrexone_unbound * NANOMOLAR
    return unbound / (unbound + 1000.0 * person.tlr4_ic50_um)


def with_changes(person: Person, hypothesis: Hypothesis) -> Person:
    """The person with the values that the hypothesis sets, moved in proportion."""
    moved = {
        name: getattr(person, name) * (value / PARAMETERS[name].typical)
        for name, value in hypothesis.changes
    }
    return person._replace(**moved)


def read_hypothesis(source: str | Hypothesis) -> Hypothesis:
    """The hypothesis of that name, or the one in the TOML file at that path.

        based_on = "rebound"
        name = "quick rebound"
        about = "The release answers within hours."
        parameters = { release_time_h = 4.0, tone_half = 0.2 }
        sources = ["assumption"]

    Raises InputError where there is no such name or file, or the file has faults.

    >>> read_hypothesis("glia").drive
    'level'
    """
    if isinstance(source, Hypothesis):
        return source
    if source in HYPOTHESES:
        return HYPOTHESES[source]
    try:
        content = tomllib.loads(Path(source).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        known = ", ".join(HYPOTHESES)
        raise InputError(
            [Fault("--hypothesis", repr(source), f"one of {known}, or a TOML file")]
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise InputError([Fault(source, str(problem), "a TOML file")]) from None
    return _from_toml(content, Path(source).name)


_TEXTS = ("name", "about", "record")


def _from_toml(content: Mapping[str, Any], file: str) -> Hypothesis:
    faults = [
        Fault(f"{file}, {key}", repr(value), f"one of based_on, {', '.join(_TEXTS)}, parameters")
        for key, value in content.items()
        if key not in ("based_on", *_TEXTS, "parameters", "sources")
    ]
    base = HYPOTHESES.get(str(content.get("based_on", "rebound")))
    if base is None:
        known = f"one of {', '.join(HYPOTHESES)}"
        faults.append(Fault(f"{file}, based_on", repr(content["based_on"]), known))
    faults += [
        Fault(f"{file}, {key}", repr(content[key]), "a sentence in quotes")
        for key in _TEXTS
        if not isinstance(content.get(key, ""), str)
    ]
    changes = _changes(content.get("parameters", {}), file, faults)
    sources = _sources(content.get("sources", []), file, faults)
    if faults or base is None:
        raise InputError(faults)
    texts = {key: content[key] for key in _TEXTS if key in content}
    return replace(base, **{"name": Path(file).stem, **texts}, changes=changes, sources=sources)


def _changes(content: Any, file: str, faults: list[Fault]) -> tuple[tuple[str, float], ...]:
    if not isinstance(content, dict):
        faults.append(Fault(f"{file}, parameters", repr(content), "{ NAME = NUMBER, ... }"))
        return ()
    for name, value in content.items():
        one = PARAMETERS.get(name)
        if one is None:
            faults.append(Fault(f"{file}, parameters", repr(name), "a parameter's name"))
        elif not _is_number(value) or not one.low <= value <= one.high:
            limits = f"a number from {one.low:g} to {one.high:g} {one.unit}"
            faults.append(Fault(f"{file}, {name}", repr(value), limits))
    return tuple((name, value) for name, value in content.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sources(content: Any, file: str, faults: list[Fault]) -> tuple[str, ...]:
    if isinstance(content, list) and all(isinstance(one, str) for one in content):
        return tuple(content)
    faults.append(Fault(f"{file}, sources", repr(content), "a list of sentences in quotes"))
    return ()
