"""Risk of bias of a trial, domain by domain, each by a rule from the fields of its record.

In the spirit of RoB 2 (Sterne 2019, doi:10.1136/bmj.l4898). What the record does not say is not
guessed: it is "not known", and a person who has read the paper can say it instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from lowdose.evidence.certainty.outcomes import LABORATORY
from lowdose.evidence.certainty.values import DomainRisk, TrialRisk
from lowdose.evidence.certainty.words import Risk, TrialDomain
from lowdose.evidence.contrast import Contrast
from lowdose.evidence.families import families
from lowdose.evidence.records import Study
from lowdose.evidence.words import Design

__all__ = [
    "ENOUGH_WASHOUT_WEEKS",
    "FEW_MISSING",
    "MANY_MISSING",
    "Case",
    "by_chance",
    "case_of",
    "primary_case",
    "trial_domains",
    "trial_risk",
]

# Schulz and Grimes 2002, doi:10.1016/S0140-6736(02)07882-0: below 5 % little bias, above 20 % much.
FEW_MISSING, MANY_MISSING = 0.05, 0.20
# Naltrexone and its metabolite are gone in three days (fact PK25); a week leaves room.
ENOUGH_WASHOUT_WEEKS = 1.0


class Blinding(Enum):
    """Who did not know what was given, as far as the record says."""

    DOUBLE = "people and those who treated them"
    SINGLE = "one side only"
    OPEN = "nobody"
    UNSAID = ""


class Case(NamedTuple):
    """A trial and what the rules must know of one outcome of it.

    people: analysed, where known better than for the study. of_laboratory, is_harm, is_primary:
    what kind of outcome it is. per_protocol: only those who kept to the plan were analysed.
    """

    study: Study
    people: int | None
    of_laboratory: bool
    is_harm: bool
    is_primary: bool
    per_protocol: bool


def case_of(study: Study, contrast: Contrast, family: str) -> Case:
    """What the rules must know of the contrast that a trial gives for a family of outcomes."""
    rows = [row for row in study.outcomes if row.id in contrast.rows]
    return Case(
        study,
        contrast.people,
        of_laboratory=family in LABORATORY,
        # Watched for in every trial, and never its primary outcome.
        is_harm=families()[family].harm,
        is_primary=_is_primary(study, contrast),
        per_protocol=any("per protocol" in row.analysis.casefold() for row in rows),
    )


def _is_primary(study: Study, contrast: Contrast) -> bool:
    """Whether the record's primary outcome names this outcome or its scale."""
    primary = study.primary_outcome.casefold()
    named = (contrast.outcome.casefold(), contrast.scale.casefold())
    return any(name and name in primary for name in named)


def primary_case(study: Study) -> Case:
    """The same for a trial's primary outcome, whichever that is and whoever rates it."""
    return Case(study, None, False, is_harm=False, is_primary=True, per_protocol=False)


Finding = tuple[Risk, str]


def blinding_of(study: Study) -> Blinding:
    """From the words of the record; blinded for a part of the time only counts as single."""
    said = study.blinding.casefold()
    if "then open" in said or said.startswith("single"):
        return Blinding.SINGLE
    if re.match(r"double|triple|quadruple", said):
        return Blinding.DOUBLE
    return Blinding.OPEN if re.match(r"none|open", said) else Blinding.UNSAID


def by_chance(study: Study) -> bool:
    """Whether chance decided who took what, also where a later paper reports on such a trial."""
    again = study.design is Design.SECONDARY and bool(study.n_randomised)
    return study.design.is_randomised or again


def trial_domains(case: Case) -> tuple[DomainRisk, ...]:
    """Every domain that applies; carry-over where the same people took both."""
    return tuple(
        DomainRisk(domain, *rule(case))
        for domain, rule in _RULES.items()
        if domain is not TrialDomain.CARRY_OVER or case.study.design.is_within_person
    )


def trial_risk(study: Study) -> TrialRisk:
    """A trial's risk of bias for its primary outcome, taken as told by those who took part.

    >>> from lowdose.evidence.catalogue import find_study
    >>> found = trial_risk(find_study("cree2010"))
    >>> found.risk.value, found.domains[2].reason
    ('high', '60 of 80 analysed, 25 % missing')
    """
    people = study.n_analysed or study.n_randomised or None
    domains = trial_domains(primary_case(study))
    return TrialRisk(study.id, by_chance(study), people, 100.0, domains, study.cautions)


def _randomisation(case: Case) -> Finding:
    if case.study.design is Design.FIXED_ORDER:
        return Risk.HIGH, "everybody took the two treatments in the same order"
    if not by_chance(case.study):
        return Risk.HIGH, "who took what was not decided by chance"
    return (
        Risk.SOME,
        "decided by chance; how the list was made and kept hidden is not in the record",
    )


def _deviations(case: Case) -> Finding:
    blinding = blinding_of(case.study)
    if blinding is Blinding.OPEN:
        return Risk.HIGH, "everybody knew what was given"
    if blinding is Blinding.UNSAID:
        return Risk.NOT_KNOWN, "the record does not say who knew what was given"
    if blinding is Blinding.SINGLE:
        return Risk.SOME, f"blinding: {case.study.blinding}"
    if case.per_protocol:
        return Risk.SOME, "only those who kept to the plan were analysed"
    return Risk.LOW, f"blinding: {case.study.blinding}"


def _missing_data(case: Case) -> Finding:
    randomised = case.study.n_randomised or None
    analysed = case.people or case.study.n_analysed
    if randomised is None or analysed is None:
        return Risk.NOT_KNOWN, "the record does not say how many of those who began were analysed"
    lost = max(randomised - analysed, 0) / randomised
    said = f"{analysed} of {randomised} analysed, {100 * lost:.0f} % missing"
    if lost <= FEW_MISSING:
        return Risk.LOW, said
    return (Risk.SOME if lost <= MANY_MISSING else Risk.HIGH), said


def _measurement(case: Case) -> Finding:
    blinding = blinding_of(case.study)
    if case.of_laboratory:
        return Risk.LOW, "measured in a laboratory"
    if blinding is Blinding.DOUBLE:
        return Risk.LOW, "those who rated did not know what was given"
    if blinding is Blinding.SINGLE:
        return Risk.SOME, "somebody who could sway the rating knew what was given"
    if blinding is Blinding.OPEN:
        return Risk.HIGH, "those who rated knew what was given"
    return Risk.NOT_KNOWN, "the record does not say whether those who rated knew"


def _reporting(case: Case) -> Finding:
    numbers = case.study.publication.registrations
    if not numbers:
        return Risk.SOME, "no registration is known to compare the report with"
    if case.is_harm:
        return Risk.LOW, f"registered ({numbers[0]}); side effects are expected in any report"
    if case.is_primary:
        return Risk.LOW, f"registered ({numbers[0]}), and a primary outcome"
    return Risk.SOME, f"registered ({numbers[0]}), but not as the primary outcome"


def _carry_over(case: Case) -> Finding:
    weeks = case.study.washout_weeks
    if weeks is None:
        return Risk.NOT_KNOWN, "the record gives no time without treatment between the two"
    said = f"{weeks:g} weeks without treatment between the two"
    if weeks >= ENOUGH_WASHOUT_WEEKS:
        return Risk.LOW, f"{said}, enough for the drug to leave the body"
    return Risk.SOME, f"{said}, which is short"


_RULES: Mapping[TrialDomain, Callable[[Case], Finding]] = {
    TrialDomain.RANDOMISATION: _randomisation,
    TrialDomain.DEVIATIONS: _deviations,
    TrialDomain.MISSING_DATA: _missing_data,
    TrialDomain.MEASUREMENT: _measurement,
    TrialDomain.REPORTING: _reporting,
    TrialDomain.CARRY_OVER: _carry_over,
}
