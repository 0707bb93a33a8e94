"""The claims of public pages in words, each with its verdict and the number behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lowdose.evidence.certainty.values import Certainty
from lowdose.evidence.records import Claim
from lowdose.evidence.verdicts import Bearing, ClaimNumber, RowNumber
from lowdose.evidence.words import Verified
from lowdose.report.evidence_certainty_text import level_words, published_words
from lowdose.report.evidence_text import effect_words, pool_of_comparison
from lowdose.report.paragraphs import wrapped

__all__ = ["claims_text", "number_words", "pool_words"]

_BEARINGS = {
    Bearing.SUPPORTS: "it supports the claim",
    Bearing.CONTRADICTS: "it contradicts the claim",
    Bearing.CANNOT_TELL: "it cannot tell",
    Bearing.SHOWN: "it tests nothing that is claimed",
    Bearing.NOTHING: "no trial gives a number that may be pooled",
}
_COUNTED = {
    Bearing.SUPPORTS: "numbers support them",
    Bearing.CONTRADICTS: "contradict them",
    Bearing.CANNOT_TELL: "cannot tell",
    Bearing.SHOWN: "are shown and test nothing",
    Bearing.NOTHING: "wait for a trial",
}
_MARKS = {Verified.SECONDARY: ", read second-hand", Verified.RECALLED: ", from memory, unchecked"}

Numbered = Sequence[tuple[Claim, ClaimNumber | None]]


def claims_text(claims: Numbered) -> str:
    """Each claim with its verdict, what the record says, the studies it rests on, its number."""
    return "\n\n".join(["\n".join(_claim(*each)) for each in claims] + [_counted(claims)])


def _claim(claim: Claim, number: ClaimNumber | None) -> Iterator[str]:
    yield wrapped(f"{claim.id}  “{claim.text}”")
    said = f"{claim.verdict.value}, confidence {claim.confidence.value}: {claim.evidence}"
    yield wrapped(said, "  ")
    if claim.studies:
        yield wrapped(f"studies: {', '.join(claim.studies)}", "  ")
    if number is not None:
        yield wrapped(f"number: {number_words(number)}", "  ")
        if number.pool is not None and number.pool.published:
            others = "; ".join(map(published_words, number.pool.published))
            yield wrapped(f"reviews, of other trials or in other ways: {others}.", "  ")
        if not number.agrees:
            why = claim.at_odds or "numbers are among them that stay out by default"
            yield wrapped(f"verdict and number do not go together: {why}", "  ")
    if claim.source:
        yield f"  {claim.source}"


def number_words(number: ClaimNumber) -> str:
    """The number that a claim rests on, and what it does to it."""
    said = _BEARINGS[number.bearing]
    if number.normal is not None and number.normal is not number.bearing:
        said += f", though by the normal test alone {_BEARINGS[number.normal]}"
    if number.pool is not None:
        return f"{pool_words(number.pool)}; {said}."
    return f"{'; '.join(map(_row, number.rows))}; {said}."


def _row(row: RowNumber) -> str:
    return f"{row.words} [{row.about}; {row.id}{_MARKS.get(row.verified, '')}]"


def pool_words(found: Certainty) -> str:
    """A pooled answer in a line: whose, by which trials, both intervals, how sure.

    >>> from lowdose.evidence.certainty.judge import certainty
    >>> print(pool_words(certainty("MS", "mood")))  # doctest: +NORMALIZE_WHITESPACE
    multiple sclerosis, mood: 1 trial (cree2010), 0.34 (0.08 to 0.60), standardised difference of
    means (Hedges' g), certainty very low
    """
    about = f"{found.condition}, {found.outcome}"
    if found.pooled is None or found.normal is None or found.level is None:
        return about
    what = pool_of_comparison(found.comparison)
    count = "1 trial" if len(what.studies) == 1 else f"{len(what.studies)} trials"
    said = [
        effect_words(what, each.estimate, each.interval) for each in (found.pooled, found.normal)
    ]
    if len(what.studies) > 1:
        said = [f"{said[0]} by Hartung-Knapp", f"{said[1]} by the normal test"]
    parts = (
        f"{count} ({', '.join(what.studies)})",
        *dict.fromkeys(said),
        what.measure,
        f"certainty {level_words(found.level)}",
    )
    return f"{about}: {', '.join(parts)}"


def _counted(claims: Numbered) -> str:
    counted = Counter(number.bearing for _, number in claims if number is not None)
    numbers = ", ".join(f"{counted[each]} {words}" for each, words in _COUNTED.items())
    without = sum(number is None for _, number in claims)
    return wrapped(
        f"Of {len(claims)} claims: {numbers}; {without} rest on no number. Verdicts were written "
        "by a person; numbers are worked out anew each time. Single results are shown as they are."
    )
