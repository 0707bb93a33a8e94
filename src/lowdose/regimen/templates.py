"""Titration templates: schedules in use, each with its source. Every number can be changed."""

from __future__ import annotations

from difflib import get_close_matches

from lowdose.errors import Fault, InputError
from lowdose.regimen.doses import Moment
from lowdose.regimen.titration import Share, Titration

__all__ = ["TEMPLATES", "find_template"]

_GUIDE = "LDN Research Trust Dosing Guide for Prescribers 2021"

# Weeks at the target are an assumption where the source gives none: eight weeks, as in FINAL.
TEMPLATES: dict[str, Titration] = {
    "slow": Titration(
        start_mg=0.5,
        step_mg=0.5,
        every_days=7,
        target_mg=4.5,
        name="slow: 0.5 mg, then 0.5 mg more each week up to 4.5 mg",
        source="Pharmacists' practice: steps of 0.5 mg every 7 to 14 days (LDN Research Trust, "
        "M. Moser; PR10; opinion). Weeks at the target: assumption.",
    ),
    "usual": Titration(
        start_mg=1.5,
        step_mg=1.5,
        every_days=14,
        target_mg=4.5,
        name="usual practice: 1.5 mg, 3 mg, 4.5 mg, two weeks each",
        source="Clinics' practice: 1.5 mg, 3 mg, 4.5 mg after 7 to 14 days each, at bedtime "
        "(lavenderskyhealth.com, hdrx.com; PR14; opinion). Weeks at the target: assumption.",
    ),
    "source-pages": Titration(
        start_mg=0.5,
        step_mg=0.5,
        every_days=7,
        target_mg=4.0,
        name="as patient pages describe it: 0.5 mg, over seven weeks to 4 mg",
        source="Public page for patients 'Low Dose Naltrexone (LDN)': start at 0.5 to 1.5 mg, "
        "'increased over 4 to 8 weeks to about 4 mg', citing Younger 2009 (PMID 19453963) and "
        "Younger 2013 (PMID 23359310). The equal weekly steps and the weeks at the target: "
        "assumption; with a start at 1.5 mg the climb takes five weeks.",
    ),
    "final-trial": Titration(
        start_mg=1.5,
        step_mg=1.5,
        every_days=7,
        target_mg=6.0,
        target_days=63,
        name="FINAL trial: 1.5 mg, then 1.5 mg more each week up to 6 mg, 12 weeks in all",
        source="FINAL (Due Bruun 2024, fibromyalgia, NCT04270877; PR01, PR17: read in a "
        "registry and a second-hand table). The trial found no benefit on pain over placebo.",
    ),
    "ultra-low": Titration(
        start_mg=0.002,
        step_mg=0.002,
        every_days=7,
        target_mg=0.01,
        split=(Share(Moment.MORNING, 0.5), Share(Moment.BEDTIME, 0.5)),
        name="ultra-low: micrograms, twice a day",
        source=f"{_GUIDE} names micrograms twice a day 'ultra-low' (PR07). First dose, steps, "
        "target and weeks: assumption; no trial of such doses alone was found.",
    ),
    "weekly-1mg": Titration(
        start_mg=1.0,
        step_mg=1.0,
        every_days=7,
        target_mg=4.5,
        name="1 mg, then 1 mg more each week up to 4.5 mg",
        source="UK pharmacist's practice (LDN Research Trust, S. Dickson; PR09; opinion). Weeks "
        "at the target: assumption.",
    ),
    "sensitive": Titration(
        start_mg=0.5,
        step_mg=0.5,
        every_days=14,
        target_mg=4.5,
        name="for people sensitive to medicines: 0.5 mg, then 0.5 mg more every two weeks",
        source=f"{_GUIDE} (PR05) and UK pharmacist's practice for ME/CFS and long COVID (PR09); "
        "opinion. Weeks at the target: assumption.",
    ),
}


def find_template(name: str) -> Titration:
    """The template of this name.

    Raises `InputError` where there is none.

    >>> find_template("usual").target_mg
    4.5
    >>> find_template("usuall")
    Traceback (most recent call last):
    lowdose.errors.InputError: template: 'usuall', expected one of slow, usual, source-pages, \
final-trial, ultra-low, weekly-1mg, sensitive; did you mean usual?
    """
    if name in TEMPLATES:
        return TEMPLATES[name]
    near = get_close_matches(name.lower(), TEMPLATES, n=1)
    remedy = f"did you mean {near[0]}?" if near else ""
    raise InputError([Fault("template", repr(name), f"one of {', '.join(TEMPLATES)}", remedy)])
