"""What to expect, in plain words for the person who takes it, each sentence with its source.

Short and honest: the larger trials were null, and that stands first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lowdose.regimen.doses import Moment, Regimen

__all__ = ["Expectation", "expectations"]

_FINAL = "FINAL, doi:10.1016/S2665-9913(23)00278-3 (SY08)"
_INNOVA = "INNOVA, PMID 42385209, doi:10.1002/ejp.70321 (SY34)"
_BESTED = "Bested 2023, doi:10.1097/PR9.0000000000001080 (SY56)"
_YOUNGER = "Younger 2009, PMID 19453963; Younger 2013, doi:10.1002/art.37734 (SY03, SY04)"
_OTHERS = (
    "Crohn's disease doi:10.1007/s10620-011-1653-7; multiple sclerosis doi:10.1002/ana.22006 and "
    "doi:10.1177/1352458510366857"
)

_HIGHEST_TRIED_MG = 6.0
_LEAST_TRIED_MG = 0.1


@dataclass(frozen=True)
class Expectation:
    """One sentence on what to expect, fit for a patient, and where it comes from."""

    text: str
    source: str


_BENEFIT = Expectation(
    "In three larger trials in fibromyalgia it was on average no better than placebo against "
    "pain; two small early trials had found a benefit. For other illnesses trials are small and "
    "disagree, or there are none. It may still help you, and your diary can tell.",
    f"{_FINAL}; {_INNOVA}; {_BESTED}; {_YOUNGER}; other illnesses, for instance: {_OTHERS}",
)
_DREAMS = Expectation(
    "Vivid dreams are about 2.4 times as common as on placebo (95 % interval 1.8 to 3.3).",
    "meta-analysis of 5 trials in fibromyalgia, PMID 40337423 (SA17)",
)
_DIZZINESS = Expectation(
    "Dizziness is about twice as common (1.1 to 3.7); headache perhaps 1.7 times, which is not "
    "certain (0.8 to 3.4).",
    "dizziness: meta-analysis of 4 trials in women with fibromyalgia, bibliomed.org mno=303821 "
    "(SA19); headache: PMID 40337423 (SA18)",
)
_NOCEBO = Expectation(
    "Side effects come with placebo too: over a year 69 % noticed some on naltrexone and 72 % on "
    "placebo. No serious one was put down to the treatment.",
    "INNOVA, 33 of 48 and 36 of 50, PMID 42385209 (SA20)",
)
_SLEEP = Expectation(
    "If your sleep suffers, ask about taking it in the morning; which time is better has not "
    "been tested. If side effects trouble you, going back a step is usual.",
    "practice, opinion (PR09, PR10); no trial of bedtime against morning was found",
)
_CARD = Expectation(
    "Take no opioid medicines, and carry a note that you take naltrexone: painkillers given in "
    "an emergency may not work as usual. Before an operation it must be stopped some days ahead.",
    "US naltrexone 50 mg tablet label (SA11); surgery: SA07, SA08",
)
_JUDGE = Expectation(
    "Judge it by the diary after some weeks at the final dose: feeling better in "
    "the first two weeks happens on placebo as well.",
    "placebo response in fibromyalgia builds up with a half-time of 6.5 days, Byon 2010, second "
    "hand (SY51); 'some weeks': assumption",
)
_ABOVE = Expectation(
    "The highest dose of this plan is above the 6 mg that the largest low-dose trial used.",
    "FINAL, NCT04270877 (PR01)",
)
_BELOW = Expectation(
    "Doses as small as these have not been tested on their own in a trial that we know of.",
    "dose ranges: PR07; Toljan and Vrooman 2018, doi:10.3390/medsci6040082; no trial was found",
)


def expectations(regimen: Regimen) -> tuple[Expectation, ...]:
    """What to expect of a regimen, the most important first.

    >>> from lowdose.regimen.climb import regimen_of
    >>> from lowdose.regimen.titration import Titration
    >>> [said.text[:36] for said in expectations(regimen_of(Titration(1.5, 1.5, 7, 4.5)))][:2]
    ['In three larger trials in fibromyalg', 'Vivid dreams are about 2.4 times as ']
    """
    return tuple(_said(regimen))


def _said(regimen: Regimen) -> Iterator[Expectation]:
    highest_mg = max(step.dose_mg for step in regimen.steps)
    yield _BENEFIT
    if highest_mg > _HIGHEST_TRIED_MG:
        yield _ABOVE
    if highest_mg < _LEAST_TRIED_MG:
        yield _BELOW
    yield from (_DREAMS, _DIZZINESS, _NOCEBO)
    if _at_night(regimen):
        yield _SLEEP
    yield from (_JUDGE, _CARD)


def _at_night(regimen: Regimen) -> bool:
    late = (Moment.EVENING, Moment.BEDTIME)
    return any(intake.moment in late for step in regimen.steps for intake in step.intakes)
