"""Steps down that follow from what was tried, on whom, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lowdose.evidence.certainty.outcomes import SURROGATES
from lowdose.evidence.certainty.values import Step
from lowdose.evidence.certainty.words import Domain, Seriousness
from lowdose.evidence.contrast import Comparison, Contrast
from lowdose.evidence.pooling.small_studies import egger
from lowdose.evidence.records import Study
from lowdose.evidence.words import Design, DoseClass, Status, Verified

__all__ = [
    "ENOUGH_WEEKS",
    "FUNNEL_CHANCE",
    "FUNNEL_TRIALS",
    "HALF",
    "OUTSIDE_SHARE",
    "Unseen",
    "indirectness",
    "missing_evidence",
    "share",
    "unchecked",
    "unseen",
]

HALF = 50.0
# Of all people in trials that measured it: assumption.
OUTSIDE_SHARE = 1 / 3
# Weeks of treatment; assumption: less says little of a medicine taken for months.
ENOUGH_WEEKS = 4.0
# Sterne 2011, doi:10.1136/bmj.d4002: no test of the funnel with fewer than ten trials.
FUNNEL_TRIALS, FUNNEL_CHANCE = 10, 0.1
_NOT_READ = (Verified.SECONDARY, Verified.RECALLED)
_COMPANY = re.compile(r"Therapeutics|Pharma|PharmoRx|\bInc\b|\bLtd\b")
_UNREPORTED = (Status.REGISTERED, Status.PROTOCOL)
_DONE = (Status.PUBLISHED, Status.CONFERENCE, Status.UNPUBLISHED, Status.GREY)
_SERIOUSNESS = tuple(Seriousness)


def share(contrasts: Sequence[Contrast], which: Sequence[bool]) -> float:
    """Percent of the information, the sum of 1 / variance, that these contrasts give."""
    total = sum(1 / each.variance for each in contrasts)
    part = sum(1 / each.variance for each, counts in zip(contrasts, which, strict=True) if counts)
    return 100 * part / total


def indirectness(
    contrasts: Sequence[Contrast], studies: Mapping[str, Study], condition: str, family: str
) -> Step:
    """A step for each way in which most of the information is about something else.

    After Guyatt 2011, doi:10.1016/j.jclinepi.2011.04.014.
    """
    found = [studies[each.study] for each in contrasts]
    aspects = {
        "the dose was not low": [each.dose_class is not DoseClass.LOW for each in found],
        "the people had a narrower condition": [each.condition != condition for each in found],
        "the comparator was another active treatment": [_is_active(each) for each in contrasts],
        f"treatment was shorter than {ENOUGH_WEEKS:g} weeks": [
            each.weeks is not None and each.weeks < ENOUGH_WEEKS for each in contrasts
        ],
    }
    shares = {said: share(contrasts, which) for said, which in aspects.items()}
    said = [f"{each} ({part:.0f} % of the information)" for each, part in shares.items() if part]
    steps = sum(part > HALF for part in shares.values()) + (family in SURROGATES)
    if family in SURROGATES:
        said.append("the outcome stands for something that people feel, and is not it")
    words = "; ".join(said) or "low doses, these people, placebo, and what they themselves notice"
    return Step(Domain.INDIRECTNESS, _SERIOUSNESS[min(steps, 2)], words)


def _is_active(contrast: Contrast) -> bool:
    return not re.search(r"placebo|sham|no treatment", contrast.comparator.casefold())


class Unseen(NamedTuple):
    """Trials whose results are not in the pool.

    reported: finished ones without numbers that could be pooled, with their people where given;
    planned: registered or planned ones of which no result is known.
    """

    reported: tuple[tuple[str, int | None], ...]
    planned: tuple[str, ...]

    @property
    def people(self) -> int:
        """Those of the finished trials, as far as their number is known."""
        return sum(count or 0 for _, count in self.reported)


def unseen(comparison: Comparison, studies: Sequence[Study]) -> Unseen:
    """What is known to be missing from a pool; `studies` are all those of the condition."""
    refused = {each.study for each in comparison.refused}
    trials = [each for each in studies if each.trial == each.id]
    reported = tuple(
        (each.id, people_of(each))
        for each in trials
        if each.id in refused and each.design.is_randomised and _could_count(each)
    )
    return Unseen(reported, tuple(each.id for each in trials if _is_only_planned(each)))


def people_of(study: Study) -> int | None:
    """Those who began, else those analysed, else unknown."""
    return study.n_randomised or study.n_analysed or None


def _could_count(study: Study) -> bool:
    return study.dose_class is DoseClass.LOW and study.status in _DONE


def _is_only_planned(study: Study) -> bool:
    low = study.dose_class is DoseClass.LOW and study.control != "none"
    return low and study.design is Design.PROTOCOL and study.status in _UNREPORTED


def missing_evidence(
    contrasts: Sequence[Contrast], studies: Mapping[str, Study], absent: Unseen
) -> Step:
    """By a lopsided funnel from ten trials on; else by how many people stand outside the pool.

    Serious where more than a third of the people in trials that measured it are in such as give no
    number to pool. Trials without any known result and company money are named, not counted. After
    Guyatt 2011, doi:10.1016/j.jclinepi.2011.01.011.
    """
    inside = sum(each.people or people_of(studies[each.study]) or 0 for each in contrasts)
    outside = absent.people > OUTSIDE_SHARE * (absent.people + inside)
    lopsided = _is_lopsided(contrasts)
    step = Seriousness.SERIOUS if outside or lopsided else Seriousness.NOT
    said = [*_funnel_words(contrasts, lopsided), *_absent_words(absent, inside)]
    said += _company_words(contrasts, studies)
    return Step(Domain.MISSING_EVIDENCE, step, "; ".join(said))


def _is_lopsided(contrasts: Sequence[Contrast]) -> bool:
    if len(contrasts) < FUNNEL_TRIALS:
        return False
    found = egger([each.value for each in contrasts], [each.variance for each in contrasts])
    return found.p < FUNNEL_CHANCE


def _funnel_words(contrasts: Sequence[Contrast], lopsided: bool) -> Iterator[str]:
    if len(contrasts) < FUNNEL_TRIALS:
        yield "too few trials to see whether small ones find more"
    else:
        yield f"small trials {'do' if lopsided else 'do not'} find more (Egger's test)"


def _absent_words(absent: Unseen, inside: int) -> Iterator[str]:
    if absent.reported:
        named = ", ".join(study for study, _ in absent.reported)
        yield (
            f"{absent.people} people are in trials that measured it without a number to pool "
            f"({named}), {inside} in the pool"
        )
    if absent.planned:
        yield f"planned, no result known: {', '.join(absent.planned)}"


def _company_words(contrasts: Sequence[Contrast], studies: Mapping[str, Study]) -> Iterator[str]:
    paid = [each.study for each in contrasts if _COMPANY.search(studies[each.study].sponsor)]
    if paid:
        yield f"a company paid: {', '.join(paid)}"


def unchecked(contrasts: Sequence[Contrast]) -> Step:
    """Numbers read second-hand or recalled: serious where there are any, very serious over half.

    A rule of this program, not of GRADE.
    """
    which = [each.verified in _NOT_READ for each in contrasts]
    part = share(contrasts, which)
    steps = (part > 0) + (part > HALF)
    named = ", ".join(each.study for each, counts in zip(contrasts, which, strict=True) if counts)
    words = f"{part:.0f} % of the information was read second-hand or recalled: {named}"
    return Step(
        Domain.UNCHECKED,
        _SERIOUSNESS[steps],
        words if part else "all numbers were read where they were published or registered",
    )
