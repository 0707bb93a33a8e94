"""What the evidence leads one to expect of the next person, in words and as a prior file."""

from __future__ import annotations

import json
import math

from lowdose.evidence.prior import Belief, EvidencePrior
from lowdose.inference.priors import Prior
from lowdose.report.paragraphs import listed, wrapped

__all__ = ["prior_file", "prior_text"]


def prior_text(found: EvidencePrior) -> str:
    """Drug effect and response to placebo of the next person, and what they rest on."""
    effect = _rating(found.effect) if found.is_rating else _odds(found.effect)
    mean = _rating(found.mean_effect) if found.is_rating else _odds(found.mean_effect)
    lines = [
        f"What to expect of the next person: {found.outcome}, {found.condition}.",
        f"Drug against placebo: {effect}. The mean of all people: {mean}.",
    ]
    if found.is_rating:
        lines.append(f"On placebo: {_rating(found.placebo)}.")
    if not found.trials:
        lines.append("Without a trial, the drug's effect is a blank, not a finding of none.")
    return "\n".join([*map(wrapped, lines), "", listed("What it rests on:", found.statement)])


def _rating(belief: Belief) -> str:
    mean, low, high = (10 * one + 0.0 for one in (belief.mean, belief.low, belief.high))
    return f"{mean:+.1f} points of 0 to 10, 95 % from {low:+.1f} to {high:+.1f}, minus is better"


def _odds(belief: Belief) -> str:
    ratios = (math.exp(one) for one in (belief.mean, belief.low, belief.high))
    return "odds of the worse times {:.2f}, 95 % from {:.2f} to {:.2f}".format(*ratios)


def prior_file(prior: Prior, *, based_on: str = "weak") -> str:
    """A TOML file that `answer --prior FILE` reads, to be looked at and edited.

    Only what differs from the prior it is based on is written.
    """
    lines = [
        "# A prior for lowdose answer --prior FILE. Numbers about ratings are shares of the",
        "# scale's width, those with log are log rates or log odds; negative is better.",
        f"based_on = {json.dumps(based_on)}",
    ]
    for name in ("effect", "log_effect", "expectation"):
        normal = getattr(prior, name)
        lines.append(f"{name} = {{ mean = {normal.mean:.4f}, sd = {normal.sd:.4f} }}")
    for name in ("effect_step_sd", "log_effect_step_sd"):
        lines.append(f"{name} = {getattr(prior, name):.4f}")
    sources = "".join(f"  {json.dumps(one, ensure_ascii=False)},\n" for one in prior.sources)
    return "\n".join(lines) + f"\nsources = [\n{sources}]\n"
