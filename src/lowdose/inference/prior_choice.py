"""Which prior is meant: a named one, a file, or what the evidence leads one to expect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lowdose.errors import Fault, InputError
from lowdose.inference.priors import NAMED, Normal, Prior, read_prior

if TYPE_CHECKING:
    from lowdose.evidence.prior import EvidencePrior

__all__ = ["EVIDENCE", "choose_prior", "prior_from_evidence"]

EVIDENCE = "evidence:"
_USUAL_OUTCOME = "pain"
_STEP = (
    "Effects of doses 1 mg apart differ by half of what the effect itself may be: assumption. The "
    "rest is that of the prior weak:"
)


def choose_prior(source: str | Prior, symptom: str = "") -> Prior:
    """The prior called `source`, of the TOML file there, or made from the evidence.

    "evidence:CONDITION/OUTCOME" is made from the evidence. Without the outcome, that of the symptom
    is taken where its name is an outcome's, else pain.

    Raises `InputError` as `read_prior` does, and where condition or outcome is not known.

    >>> choose_prior("evidence:fibromyalgia").effect.mean < 0
    True
    """
    if isinstance(source, Prior) or not source.startswith(EVIDENCE):
        return read_prior(source)
    condition, _, outcome = source.removeprefix(EVIDENCE).partition("/")
    if not condition.strip():
        raise InputError([Fault("--prior", repr(source), f"{EVIDENCE}CONDITION")])
    from lowdose.evidence.prior import prior

    return prior_from_evidence(prior(condition, outcome or _outcome_of(symptom)))


def _outcome_of(symptom: str) -> str:
    from lowdose.evidence.families import find_family

    try:
        return find_family(symptom).id
    except InputError:
        return _USUAL_OUTCOME


def prior_from_evidence(found: EvidencePrior) -> Prior:
    """What the evidence leads one to expect of the next person, as a prior for a diary.

    The rest (baseline, trend, swings, onset) is that of "weak". Doses 1 mg apart may differ in
    effect by half of what people may differ (assumption).
    """
    weak, step = NAMED["weak"], found.effect.sd / 2
    effect = Normal(found.effect.mean, found.effect.sd)
    if found.is_rating:
        about = replace(weak, effect=effect, effect_step_sd=step)
    else:
        about = replace(weak, log_effect=effect, log_effect_step_sd=step)
    return replace(
        about,
        name=f"{EVIDENCE}{found.condition}/{found.outcome}",
        expectation=Normal(found.placebo.mean, found.placebo.sd),
        sources=(*found.statement, _STEP, *weak.sources),
    )
