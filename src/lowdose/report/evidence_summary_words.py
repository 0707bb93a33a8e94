"""What is known of a condition in a sentence or two, by the rule of `evidence.summary`."""

from __future__ import annotations

from lowdose.evidence.records import Study
from lowdose.evidence.summary import Finding, PooledOutcome, Summary
from lowdose.evidence.words import Direction
from lowdose.report.evidence_text import effect_words, pool_of_comparison
from lowdose.report.study_words import citing, people_of
from lowdose.report.wording import plural

__all__ = ["answer_words", "finding_words"]

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
        return headline, _not_pooled(found.controlled)
    if found.finding is Finding.NOT_CONTROLLED:
        return headline, _not_controlled(found)
    return headline, (
        f"No study of low-dose naltrexone in {found.name} is in this collection. That speaks "
        "neither for it nor against it: either nobody has looked, or it has not been found."
    )


def _pooled(one: PooledOutcome) -> str:
    what = pool_of_comparison(one.comparison)
    people = f", {one.people} people" if one.people else ""
    head = f"{one.family.name}, {what.measure}"
    if one.k == 1:
        study = one.comparison.contrasts[0].study
        said = effect_words(what, one.views.common.estimate, one.views.common.interval)
        return (
            f"One trial ({study}{people}) gives numbers against placebo. On {head}: {said}"
            f"{_which_way(one)}. One trial alone cannot settle it."
        )
    normal, cautious = one.views.normal, one.views.asked
    said = effect_words(what, normal.estimate, normal.interval)
    wide = _ends(effect_words(what, cautious.estimate, cautious.interval))
    few = f"; {one.k} trials are few" if one.k < _FEW else ""
    return (
        f"On {head}, {one.k} trials{people}: {said} by the normal test, {wide} by the more "
        f"cautious one of Hartung and Knapp{_which_way(one)}{few}. {_meaning(one)}"
    )


_FEW = 5


def _ends(said: str) -> str:
    return said.partition("(")[2].rstrip(")")


def _which_way(one: PooledOutcome) -> str:
    if one.family.direction is Direction.NONE:
        return ""
    way = "below" if one.family.direction is Direction.LOWER else "above"
    return f"; {way} {1 if one.comparison.measure.is_ratio else 0} favours naltrexone"


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
    head = "1 more controlled trial is" if len(names) == 1 else f"{len(names)} more are"
    return f"{head} not in this number: {', '.join(names)}."


def _not_pooled(controlled: tuple[Study, ...]) -> str:
    people = sum(map(people_of, controlled))
    return (
        f"{_trials(len(controlled))} with {people} people, but no numbers of what got better that "
        "may be pooled. What each found is below; that is too little to tell."
    )


def _trials(count: int) -> str:
    return "One controlled trial" if count == 1 else f"{count} controlled trials"


def _not_controlled(found: Summary) -> str:
    said = [f"Nobody knows whether low-dose naltrexone helps in {found.name}."]
    alone = sum(not one.design.is_randomised for one in (*found.others, *found.wider))
    if alone:
        studies = "study without a random comparison" if alone == 1 else ""
        studies = studies or "studies without a random comparison"
        said.append(
            f"{alone} {studies} cannot tell the drug's effect from that of time, hope or other "
            "treatment."
        )
    if found.other_doses:
        trials = plural(len(found.other_doses), "randomised trial")
        said.append(f"There {_are(len(found.other_doses))} {trials}, but of other doses.")
    if found.planned:
        trials = plural(len(found.planned), "trial")
        said.append(f"{trials} registered or planned, without a result seen.")
    return " ".join(said)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def finding_words(one: PooledOutcome) -> str:
    """What one outcome comes to, in a few words."""
    if one.k > 1:
        return _SHORT[one.finding]
    side = one.side(one.views.common)
    return {1: "favours naltrexone", -1: "favours placebo", 0: "no difference"}[side] + ", one trial"


_SHORT = {
    Finding.NO_DIFFERENCE: "no difference seen",
    Finding.FAVOURS_DRUG: "favours naltrexone",
    Finding.FAVOURS_PLACEBO: "favours placebo",
    Finding.DEPENDS: "depends on the method",
}
