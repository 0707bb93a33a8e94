"""What a judgement is made of: trials, steps of a pool, and the certainty in all."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from lowdose.evidence.certainty.words import (
    Domain,
    Level,
    Risk,
    Seriousness,
    TrialDomain,
    Zone,
)
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.pooling.values import Pooled
from lowdose.evidence.records import ReviewEstimate, Span

__all__ = ["Certainty", "DomainRisk", "Important", "Judgement", "Kind", "Step", "TrialRisk"]

_TOO_MANY_CONCERNS = 4


@dataclass(frozen=True)
class Judgement:
    """What a person judged otherwise than the rule: of a trial's domain, or of a pool's.

    level: a `Risk` for a trial, a `Seriousness` for a pool. condition, outcome: ids; "" for a
    trial, as study is for a pool.
    """

    domain: TrialDomain | Domain
    level: Risk | Seriousness
    who: str
    reason: str
    date: datetime.date
    study: str = ""
    condition: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class DomainRisk:
    """One domain of a trial: what the rule says and why, and a person's word where there is one."""

    domain: TrialDomain
    by_rule: Risk
    reason: str
    judgement: Judgement | None = None

    @property
    def risk(self) -> Risk:
        """The person's, else the rule's."""
        if self.judgement is not None and isinstance(self.judgement.level, Risk):
            return self.judgement.level
        return self.by_rule


@dataclass(frozen=True)
class TrialRisk:
    """A trial's domains. information: its share of that of all trials, in percent; cautions: what
    the record warns of in words, which no rule reads.
    """

    study: str
    randomised: bool
    people: int | None
    information: float
    domains: tuple[DomainRisk, ...]
    cautions: str = ""

    @property
    def unsettled(self) -> int:
        """How many domains are not at low risk; not having been randomised counts apart."""
        return sum(not each.risk.is_settled for each in self._counted)

    @property
    def risk(self) -> Risk:
        """High where one domain is high or four raise concerns; low where all are low.

        What is not known is in doubt, but is not called high.
        """
        risks = [each.risk for each in self._counted]
        if Risk.HIGH in risks or risks.count(Risk.SOME) >= _TOO_MANY_CONCERNS:
            return Risk.HIGH
        return Risk.SOME if self.unsettled else Risk.LOW

    @property
    def _counted(self) -> tuple[DomainRisk, ...]:
        """All domains; without randomisation where there was none, since that lowers the start."""
        leave = None if self.randomised else TrialDomain.RANDOMISATION
        return tuple(each for each in self.domains if each.domain is not leave)


@dataclass(frozen=True)
class Step:
    """One domain of a pool: how serious by the rule and why, and a person's word where given."""

    domain: Domain
    by_rule: Seriousness
    reason: str
    judgement: Judgement | None = None

    @property
    def seriousness(self) -> Seriousness:
        """The person's, else the rule's."""
        if self.judgement is not None and isinstance(self.judgement.level, Seriousness):
            return self.judgement.level
        return self.by_rule


class Important(NamedTuple):
    """The smallest important differences down and up, on the scale that is pooled; and whence."""

    span: Span
    words: str
    source: str

    @property
    def smallest(self) -> float:
        """The nearer of the two to no difference."""
        return min(abs(self.span.low), abs(self.span.high))


class Kind(NamedTuple):
    """How many studies of one design there are of a condition, and their people where given."""

    design: str
    studies: int
    people: int


@dataclass(frozen=True)
class Certainty:
    """How sure a pooled answer is, by rules written down; no panel has judged it.

    level is None where nothing could be pooled, and then only `sentence`, `comparison`, `kinds` and
    `controlled` say something. level_by_rule: without the judgements of a person, where there were
    any. start: before any step. pooled, normal: all trials by Hartung-Knapp and by the normal test;
    judged, judged_normal: the same of `judged_studies`, those not at high risk of bias if there are
    such. zone: where the judged estimate lies. kinds: which studies of the condition there are.
    published: what reviews pooled of the same.
    """

    condition: str
    condition_id: str
    outcome: str
    outcome_id: str
    comparison: Comparison
    sentence: str
    important: Important | None
    kinds: tuple[Kind, ...]
    controlled: tuple[str, ...]
    level: Level | None = None
    level_by_rule: Level | None = None
    start: Level | None = None
    zone: Zone = Zone.UNKNOWN
    trials: tuple[TrialRisk, ...] = ()
    steps: tuple[Step, ...] = ()
    pooled: Pooled | None = None
    normal: Pooled | None = None
    judged: Pooled | None = None
    judged_normal: Pooled | None = None
    judged_studies: tuple[str, ...] = ()
    published: tuple[ReviewEstimate, ...] = ()

    @property
    def people(self) -> int | None:
        """Everybody in the pooled trials; None where one trial does not say."""
        counts = [each.people for each in self.trials]
        return None if None in counts else sum(each or 0 for each in counts)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """Those of a person that were used."""
        of_pool = [each.judgement for each in self.steps]
        of_trials = [one.judgement for each in self.trials for one in each.domains]
        return tuple(each for each in (*of_pool, *of_trials) if each is not None)
