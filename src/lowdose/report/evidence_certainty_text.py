"""How sure a pooled answer is, in words: the level, each reason, each trial, and who judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lowdose.evidence.certainty.values import Certainty, DomainRisk, Judgement, Step, TrialRisk
from lowdose.evidence.certainty.words import Domain, Level, Risk, Seriousness, TrialDomain
from lowdose.evidence.pooling.values import Pooled
from lowdose.evidence.records import ReviewEstimate
from lowdose.evidence.words import Design
from lowdose.report.evidence_text import Pool, effect_words, pool_of_comparison, view_name
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.study_words import DESIGNS

__all__ = ["certainty_text", "domain_words", "level_words", "published_words", "risk_text"]

_DOMAINS = {
    Domain.RISK_OF_BIAS: "risk of bias",
    Domain.IMPRECISION: "imprecision",
    Domain.INCONSISTENCY: "inconsistency",
    Domain.INDIRECTNESS: "indirectness",
    Domain.MISSING_EVIDENCE: "evidence that is missing",
    Domain.UNCHECKED: "numbers not checked",
}
_TRIAL_DOMAINS = {
    TrialDomain.RANDOMISATION: "randomisation",
    TrialDomain.DEVIATIONS: "who knew what was given",
    TrialDomain.MISSING_DATA: "missing data",
    TrialDomain.MEASUREMENT: "measurement",
    TrialDomain.REPORTING: "selective reporting",
    TrialDomain.CARRY_OVER: "carry-over",
}
_RISKS = {
    Risk.LOW: "low risk",
    Risk.SOME: "some concerns",
    Risk.HIGH: "high risk",
    Risk.NOT_KNOWN: "not known",
}
_SERIOUS = {
    Seriousness.NOT: "no step",
    Seriousness.SERIOUS: "one step down",
    Seriousness.VERY: "two steps down",
}
_MEANING = {
    Level.HIGH: "further trials are unlikely to change it much",
    Level.MODERATE: "it is probably about right, but the truth may differ in what matters",
    Level.LOW: "the truth may well differ in what matters",
    Level.VERY_LOW: "hardly anything is known",
}


def level_words(level: Level) -> str:
    """The level as one says it.

    >>> level_words(Level.VERY_LOW)
    'very low'
    """
    return level.value.replace("_", " ")


def domain_words(domain: Domain) -> str:
    """What can take certainty away, as one says it.

    >>> domain_words(Domain.MISSING_EVIDENCE)
    'evidence that is missing'
    """
    return _DOMAINS[domain]


def certainty_text(found: Certainty, *, unused: int = 0) -> str:
    """A judgement with all its reasons. unused: judgements of a file that are about other things.

    >>> from lowdose.evidence.certainty.judge import certainty
    >>> print(certainty_text(certainty("CRPS", "pain")).partition(chr(10) * 2)[0])
    complex regional pain syndrome, pain: no controlled trial of low-dose naltrexone
    is known, so whether it works cannot be told.
    """
    parts = [wrapped(found.sentence)]
    parts += _nothing(found) if found.level is None else _all_of(found, found.level)
    if unused:
        parts.append(wrapped(f"Not used: {unused} of the judgements given, about other things."))
    return "\n\n".join(parts)


def _nothing(found: Certainty) -> Iterator[str]:
    if found.kinds:
        yield listed("What there is:", _kinds(found))
    yield from _published(found)
    yield from _left_out(found)


def _kinds(found: Certainty) -> Iterator[str]:
    for kind in found.kinds:
        people = f", {kind.people} people" if kind.people else ""
        yield f"{DESIGNS[Design(kind.design)]}: {kind.studies}{people}."


def _all_of(found: Certainty, level: Level) -> Iterator[str]:
    yield wrapped(_said(found, level))
    what = pool_of_comparison(found.comparison)
    yield "\n".join(_pooled(found, what))
    yield listed(f"From {level_words(found.start or level)} certainty:", map(_step, found.steps))
    for trial in found.trials:
        cautions = [f"the record warns: {trial.cautions}"] if trial.cautions else []
        yield listed(f"{_trial(trial)}:", [*map(_domain_words, trial.domains), *cautions])
    yield from _published(found)
    if what.notes:
        yield listed("Assumed or out of the ordinary:", what.notes)
    yield from _left_out(found)


def _said(found: Certainty, level: Level) -> str:
    rules = "worked out by written rules in the manner of GRADE; no panel has judged it"
    said = f"Certainty {level_words(level)}: {_MEANING[level]}. This is {rules}."
    if found.level_by_rule is not None:
        said += f" By the rules alone it would be {level_words(found.level_by_rule)}."
    return said


def _pooled(found: Certainty, what: Pool) -> Iterator[str]:
    people = f", {found.people} people" if found.people else ""
    count = "1 trial" if len(found.trials) == 1 else f"{len(found.trials)} trials"
    yield wrapped(f"{count}{people}; {what.measure}:")
    yield from _views(what, (found.pooled, found.normal))
    if len(found.judged_studies) < len(found.trials):
        names = ", ".join(found.judged_studies)
        yield wrapped(f"without those at high risk of bias or not randomised ({names}):")
        yield from _views(what, (found.judged, found.judged_normal))
    if found.important is not None:
        yield wrapped(f"Important would be {found.important.words} ({found.important.source}).")


def _views(what: Pool, views: Sequence[Pooled | None]) -> Iterator[str]:
    for view in views:
        if view is not None:
            said = effect_words(what, view.estimate, view.interval)
            yield f"  {view_name(view):40}  {said:>24}"


def _step(step: Step) -> str:
    rule = f"{_SERIOUS[step.by_rule]}; {step.reason}"
    return _judged(_DOMAINS[step.domain], rule, _SERIOUS[step.seriousness], step.judgement)


def _judged(domain: str, rule: str, level: str, one: Judgement | None) -> str:
    """What the rule says of a domain, and before it what a person says, where one does."""
    if one is None:
        return f"{domain}: {rule}."
    return f"{domain}: {level}, judged by {one.who}, {one.date}: {one.reason}. By rule: {rule}."


def _trial(trial: TrialRisk) -> str:
    chance = "" if trial.randomised else ", not randomised"
    share = f"{trial.information:.0f} % of the information"
    return f"{trial.study}{chance}, {share}, {_RISKS[trial.risk]}"


def _domain_words(domain: DomainRisk) -> str:
    rule = f"{_RISKS[domain.by_rule]}; {domain.reason}"
    return _judged(_TRIAL_DOMAINS[domain.domain], rule, _RISKS[domain.risk], domain.judgement)


def risk_text(trial: TrialRisk) -> str:
    """A trial's risk of bias, domain by domain."""
    chance = "" if trial.randomised else ", not randomised"
    head = f"Risk of bias, by rule, for the primary outcome: {_RISKS[trial.risk]}{chance}"
    return listed(wrapped(head), map(_domain_words, trial.domains))


def _published(found: Certainty) -> Iterator[str]:
    if found.published:
        head = wrapped(
            "Reviews pooled the same, but other trials or in other ways; they are not judged here:"
        )
        yield listed(head, map(published_words, found.published))


def published_words(estimate: ReviewEstimate) -> str:
    """What a review pooled, in a line."""
    ends = f" ({estimate.ci.low:g} to {estimate.ci.high:g})" if estimate.ci else ""
    kind = estimate.effect_type.value if estimate.effect_type else "effect"
    return f"{estimate.review}: {kind} {estimate.effect:g}{ends}, {estimate.comparison}"


def _left_out(found: Certainty) -> Iterator[str]:
    refused = found.comparison.refused
    if refused:
        yield listed("Left out:", [f"{each.study}: {'; '.join(each.reasons)}." for each in refused])
