"""What is known of a condition in a sentence or two, by the rule of `evidence.summary`."""

from __future__ import annotations

from lowdose.evidence.catalogue import find_study
from lowdose.evidence.summary import Finding, PooledOutcome, Summary
from lowdose.evidence.words import Direction, DoseClass, EffectType
from lowdose.report.evidence_text import effect_words, pool_of_comparison
from lowdose.report.study_words import citing, people_of
from lowdose.report.wording import plural

__all__ = ["answer_words", "finding_words", "unit_words"]

_HEADLINES = {
    Finding.NO_STUDY: "No study known",
    Finding.NOT_CONTROLLED: "No controlled study",
    Finding.NOT_POOLED: "Too little to tell",
    Finding.ONE_TRIAL: "Too little to tell",
    Finding.NO_DIFFERENCE: "No difference from placebo seen",
    Finding.FAVOURS_DRUG: "The trials favour naltrexone",
    Finding.FAVOURS_PLACEBO: "The trials favour placebo",
    Finding.DEPENDS: "Too little to tell",
}


def answer_words(found: Summary) -> tuple[str, str]:
    """A headline, and the sentences that say what it rests on.

    >>> from lowdose.evidence.summary import summary
    >>> answer_words(summary("lupus"))[0]
    'No study known'
    """
    headline = _HEADLINES[found.finding]
    if found.leading is not None:
        return headline, f"{_pooled(found.leading)} {_rest(found, found.leading)}".strip()
    if found.controlled:
        return headline, _not_pooled(found)
    if found.finding is Finding.NOT_CONTROLLED:
        low = " of a low dose" if found.other_doses else ""
        return f"{headline}{low}", _not_controlled(found)
    return headline, (
        f"No study of low-dose naltrexone in {found.name} is in this collection. That speaks "
        "neither for it nor against it: either nobody has looked, or it has not been found."
    )


def _pooled(one: PooledOutcome) -> str:
    what = pool_of_comparison(one.comparison)
    people = f" with {one.people} people" if one.people else ""
    normal, cautious = one.views.normal, one.views.asked
    said = effect_words(what, normal.estimate, normal.interval)
    middle, ends = said.partition(" (")[0], _ends(said)
    if one.k == 1:
        contrast = one.comparison.contrasts[0]
        name = citing(find_study(contrast.study).publication, contrast.study)
        told = f"In one trial{people} ({name}), {_size(one, middle)} (95 % interval {ends})."
        return f"{told}{_which_way(one)} One trial alone cannot settle it."
    wide = _ends(effect_words(what, cautious.estimate, cautious.interval))
    few = ", and says how little so few trials can tell" if one.k < _FEW else ""
    return (
        f"In {one.k} trials{people}, {_size(one, middle)} (95 % interval {ends} by the normal "
        f"test; that of Hartung and Knapp, {wide}, is more cautious{few})."
        f"{_which_way(one)} {_meaning(one)}"
    )


_FEW = 5


def _size(one: PooledOutcome, middle: str) -> str:
    """An effect as the middle of a sentence."""
    name, scale = one.family.name, one.comparison.range
    on = f" on {scale.low:g} to {scale.high:g}" if scale else ""
    match one.comparison.measure:
        case EffectType.MD:
            return f"{name}{on} differed from placebo by {middle} points"
        case EffectType.SMD:
            return f"{name} differed from placebo by {middle} standard deviations"
        case EffectType.RD:
            return f"the share with {name} differed from placebo by {middle}"
        case EffectType.OR:
            return f"the odds of {name} were {middle} times those on placebo"
        case _:
            return f"{name} came {middle} times as often as on placebo"


def _ends(said: str) -> str:
    return said.partition("(")[2].rstrip(")")


def _which_way(one: PooledOutcome) -> str:
    if one.family.direction is Direction.NONE:
        return ""
    way = "Below" if one.family.direction is Direction.LOWER else "Above"
    return f" {way} {1 if one.comparison.measure.is_ratio else 0} favours naltrexone."


def _meaning(one: PooledOutcome) -> str:
    match one.finding:
        case Finding.NO_DIFFERENCE:
            return "None of three ways of pooling sees a difference; that does not prove none."
        case Finding.DEPENDS:
            return "Whether they differ from placebo depends on how they are pooled."
        case _:
            return "All three ways of pooling say so."


def _rest(found: Summary, leading: PooledOutcome) -> str:
    """The controlled trials that the number does not rest on: their readers must not miss them."""
    used = {each.trial for each in leading.comparison.contrasts}
    names = [citing(one.publication, one.id) for one in found.controlled if one.id not in used]
    if not names:
        return ""
    count = "One more controlled trial is" if len(names) == 1 else f"{len(names)} more are"
    return f"{count} not in this number: {', '.join(names)}."


def _not_pooled(found: Summary) -> str:
    people = sum(map(people_of, found.controlled))
    each = "it" if len(found.controlled) == 1 else "each"
    pooled = any(one.effect is not None for review in found.reviews for one in review.estimates)
    return (
        f"{_trials(len(found.controlled))} with {people} people, but no numbers of what got better "
        f"that may be pooled here. What {each} found is below; that is too little to tell."
        + (" A published review that pooled them is below as well." if pooled else "")
    )


def _trials(count: int) -> str:
    return "One controlled trial" if count == 1 else f"{count} controlled trials"


def _not_controlled(found: Summary) -> str:
    said = ["Nobody knows whether low-dose naltrexone helps here."]
    low = [one for one in (*found.others, *found.wider) if one.dose_class is DoseClass.LOW]
    alone = sum(not one.design.is_randomised for one in low)
    if alone:
        studies = "study without a random comparison" if alone == 1 else ""
        studies = studies or "studies without a random comparison"
        said.append(
            f"{alone} {studies} cannot tell the drug's effect from that of time, hope or other "
            "treatment."
        )
    if found.other_doses:
        said.append(_there_are(len(found.other_doses), ", but of another dose"))
    wider = sum(one.design.is_randomised for one in found.wider)
    if wider:
        said.append(
            _there_are(wider, " of the wider condition, with such people perhaps among them")
        )
    planned = sum(one.dose_class is DoseClass.LOW for one in found.planned)
    if planned:
        trials = plural(planned, "trial")
        said.append(f"{trials} registered or planned, without a result seen.")
    return " ".join(said)


def _there_are(count: int, which: str) -> str:
    are = "is" if count == 1 else "are"
    return f"There {are} {plural(count, 'randomised trial')}{which}."


def finding_words(one: PooledOutcome) -> str:
    """What one outcome comes to, in a few words."""
    if one.k > 1:
        return _SHORT[one.finding]
    side = one.side(one.views.common)
    said = {1: "favours naltrexone", -1: "favours placebo", 0: "no clear difference"}[side]
    return f"{said}, one trial"


_SHORT = {
    Finding.NO_DIFFERENCE: "no difference seen",
    Finding.FAVOURS_DRUG: "favours naltrexone",
    Finding.FAVOURS_PLACEBO: "favours placebo",
    Finding.DEPENDS: "depends on the method",
}


def unit_words(one: PooledOutcome) -> str:
    """What an effect is counted in."""
    scale = one.comparison.range
    if scale:
        return f"points of {scale.low:g} to {scale.high:g}"
    return _UNITS.get(one.comparison.measure, one.comparison.measure.value)


_UNITS = {
    EffectType.MD: "points",
    EffectType.SMD: "standard deviations",
    EffectType.RR: "risk ratio",
    EffectType.OR: "odds ratio",
    EffectType.RD: "difference of risks",
}
