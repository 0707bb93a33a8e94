"""The plan on paper: one page for the patient, one for the pharmacist (PDF).

This file decides what stands on the two pages; `templates/*.typ` decide how it looks. Everything
travels as data, so nothing that a person wrote can be read as markup. The same plan gives the
same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from lowdose.errors import Fault, InputError
from lowdose.regimen.plan import Plan
from lowdose.report.patient_page import patient_page
from lowdose.report.pharmacist_page import pharmacist_page
from lowdose.report.tongue import ENGLISH, Tongue

__all__ = ["compile_sheet", "patient_sheet", "pharmacist_sheet"]

_PAPERS = {"a4": "a4", "letter": "us-letter"}
# A dose torn at a line's end is misread: number and unit stay together.
_UNIT = re.compile(r"(\d) (mg|mL|days|capsules?|dag(?:er)?|kaps(?:el|ler))\b")
_SAID = re.compile(r'said\("([^"]+)"\)')


def patient_sheet(plan: Plan, *, paper: str = "a4", tongue: Tongue = ENGLISH) -> bytes:
    """The patient's page: what to take when, never with opioids, what to expect, when to call.

    A blinded plan's page names no medicine and no dose.

    Args:
        paper: "a4" or "letter".
        tongue: the language it is printed in.

    Raises InputError where the paper is unknown.

    >>> from datetime import date
    >>> from lowdose.regimen.doses import Intake, Moment, Regimen, Step
    >>> regimen = Regimen("week", (Step(7, (Intake(Moment.BEDTIME, 1.5),)),), "")
    >>> start = date(2026, 3, 2)
    >>> patient_sheet(Plan(regimen, start, regimen.dated(start), "Europe/Oslo"))[:5]
    b'%PDF-'
    """
    return compile_sheet("patient.typ", patient_page(plan), paper, tongue)


def pharmacist_sheet(plan: Plan, *, paper: str = "a4", tongue: Tongue = ENGLISH) -> bytes:
    """The pharmacist's page: what to make, from what, until when, labels, initials.

    Args:
        paper: "a4" or "letter".
        tongue: the language it is printed in.

    Raises InputError where the paper is unknown or the plan has no preparation.
    """
    return compile_sheet("pharmacist.typ", pharmacist_page(plan), paper, tongue)


def compile_sheet(
    template: str, page: Mapping[str, Any], paper: str, tongue: Tongue = ENGLISH
) -> bytes:
    """Set one of `templates` with the data of its page, said in a language.

    Raises InputError where the paper is unknown.
    """
    import typst

    if paper not in _PAPERS:
        raise InputError([Fault("paper", repr(paper), f"one of: {', '.join(_PAPERS)}")])
    with resources.as_file(resources.files("lowdose.report") / "templates") as folder:
        words = {text: tongue.say(text) for text in _texts(folder, template)}
        shape = {"paper": _PAPERS[paper], "language": tongue.language, "words": words}
        written = json.dumps({**tongue.said_in(page), **shape}, ensure_ascii=False)
        data = _UNIT.sub("\\1\u00a0\\2", written)
        compiled: Callable[..., Any] = partial(
            typst.compile,
            folder / template,
            root=folder,
            format="pdf",
            sys_inputs={"data": data},
            # A fixed moment: when a page was printed is no part of what it says.
            timestamp=0,
        )
        return _whole(compiled)


def _texts(folder: Path, template: str) -> set[str]:
    """What a template itself says: headings and the like, each as `said("...")`."""
    files = (folder / template, folder / "sheet.typ")
    return {text for file in files for text in _SAID.findall(file.read_text("utf-8"))}


def _whole(compiled: Callable[..., Any]) -> bytes:
    """With the fonts shipped; where a name needs other letters, with those of this machine.

    PDF/UA refuses letters that no font has. A page with an empty box in a name is better than none,
    and it is still tagged.
    """
    import typst

    try:
        return bytes(compiled(ignore_system_fonts=True, pdf_standards=["ua-1"]))
    except typst.TypstError:
        pass
    try:
        return bytes(compiled(pdf_standards=["ua-1"]))
    except typst.TypstError:
        return bytes(compiled())
