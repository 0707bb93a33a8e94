"""The report of one answer, as a document: in plain words first, then the numbers.

The order is that of a person's questions: what is it, what should I do, what should I be wary of;
then what it rests on, the pictures, and how it was worked out.
"""

from __future__ import annotations

from datetime import date

from lowdose.diary.entries import Kind
from lowdose.inference.result import Answer, NextStep
from lowdose.report.answer_method import method_blocks
from lowdose.report.answer_numbers import adverse_table, course_table, guess_table, level_tables
from lowdose.report.charts.answer_charts import (
    course_chart,
    levels_chart,
    more_days_chart,
    probability_chart,
)
from lowdose.report.document import (
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Items,
    Section,
    Words,
)
from lowdose.report.wording import (
    amount,
    capital,
    date_words,
    design_words,
    interval_words,
    likelihood,
    percent,
    period_words,
    plural,
    scale_words,
    step_words,
)

__all__ = ["answer_document"]

_TALK = "Talk it over with the prescriber before changing anything."
_UNCHANGED = (NextStep.KEEP, NextStep.KEEP_WATCHING)
_SIZES = (
    "In pain research a change of 30 % is called a moderate and one of 50 % a substantial "
    "improvement (Dworkin 2008, doi:10.1016/j.jpain.2007.09.005)."
)
_GUIDES = "The broken lines show where these lie for this person."
_BORROWED = "For other symptoms the same shares are used here as a convention (assumption)."
_LIKELY = (
    "The words stand for probabilities: almost certain 99 % or more, very likely 90 % or more, "
    "likely 67 % or more, about as likely as not 34 to 66 %, unlikely 33 % or less, very unlikely "
    "10 % or less, almost certainly not 1 % or less."
)


def answer_document(answer: Answer, *, made_on: date) -> Document:
    """Lay one answer out as a document; sections without content are left out."""
    sections = (
        _summary(answer),
        _warnings(answer),
        _basis(answer),
        _course(answer),
        _effect(answer),
        _certainty(answer),
        _side_effects(answer),
        _guesses(answer),
        _more_days(answer),
        Section("method", "How this was worked out", method_blocks(answer)),
        Section("numbers", "Numbers", (*level_tables(answer), course_table(answer))),
    )
    return Document(
        subject=_subject(answer),
        title=answer.headline,
        sections=tuple(section for section in sections if section.blocks),
        footer=_footer(answer, made_on),
    )


def _subject(answer: Answer) -> str:
    symptom = f"{answer.symptom.name}, {_when(answer)}"
    return f"{answer.person}: {symptom}" if answer.person else capital(symptom)


def _when(answer: Answer) -> str:
    dates = answer.course.dates
    if not dates:
        return plural(answer.days, "day")
    return period_words(dates[0], dates[-1])


def _footer(answer: Answer, made_on: date) -> str:
    version = f" {answer.version}" if answer.version else ""
    return (
        f"Made by lowdose{version} on {date_words(made_on)}. It supports the talk between a person "
        "and the prescriber; it does not replace it."
    )


def _summary(answer: Answer) -> Section:
    words = tuple(Words(sentence) for sentence in answer.sentences)
    talk = "" if answer.next_step in _UNCHANGED else f" {_TALK}"
    step = Callout("Next step", f"{step_words(answer.next_step)}. {answer.reason}{talk}")
    return Section("answer", "The answer", (*words, step))


def _warnings(answer: Answer) -> Section:
    return Section(
        "warnings", "What to keep in mind", (Items(answer.warnings),) if answer.warnings else ()
    )


def _basis(answer: Answer) -> Section:
    symptom = answer.symptom
    instrument = f" ({symptom.instrument})" if symptom.instrument else ""
    share = answer.rated_days / answer.days if answer.days else 0.0
    rated = f"{answer.rated_days} of {plural(answer.days, 'day')} rated ({100 * share:.0f} %)"
    pairs = (
        ("Diary", f"{rated}; {_when(answer)}" if answer.course.dates else rated),
        ("Kind of course", design_words(answer.design)),
        ("Compared with", answer.reference),
        ("Taken", "; ".join(f"{x.name} on {plural(x.days, 'day')}" for x in answer.levels)),
        ("Rated", f"{symptom.name}{instrument}, {scale_words(symptom)}"),
        ("Known beforehand", f"prior “{answer.prior}”, explained under How this was worked out"),
    )
    return Section("basis", "What it rests on", (Facts(tuple(p for p in pairs if p[1])),))


def _course(answer: Answer) -> Section:
    caption = (
        "Each dot is a rating; days without one have no dot. The shaded band holds the expected "
        "rating of each day with 95 % probability. The dashed line shows what would be expected "
        f"with {answer.reference} all the way."
    )
    blocks: tuple[Block, ...] = (Figure(course_chart(answer), caption),)
    if answer.onset_half_life_days is not None:
        days = interval_words(answer.onset_interval95, 0)
        half = amount(answer.onset_half_life_days, 0)
        blocks += (
            Words(f"Half of the effect comes within about {half} days (95 % interval: {days})."),
        )
    return Section("course", "The course", blocks)


def _effect(answer: Answer) -> Section:
    if not answer.levels:
        return Section("effect", "Effect", ())
    by_dose = answer.levels[0].treatment is None
    blocks: tuple[Block, ...] = (Figure(levels_chart(answer), _size_words(answer)),)
    if answer.best is not None and len(answer.levels) > 1:
        best, chance = answer.levels[answer.best], answer.probability_best
        blocks += (
            Words(
                f"Of {'the doses' if by_dose else 'what was'} tried, {best.name} did best in this "
                f"diary. That it truly is the best has a probability of {percent(chance)} "
                f"({likelihood(chance)})."
            ),
        )
    return Section("effect", "Effect by dose" if by_dose else "Effect by treatment", blocks)


def _size_words(answer: Answer) -> str:
    guides = "" if answer.symptom.kind is Kind.BINARY else f" {_GUIDES}"
    borrowed = "" if "pain" in answer.symptom.name.lower() else f" {_BORROWED}"
    return f"{_SIZES}{guides}{borrowed}"


def _certainty(answer: Answer) -> Section:
    blocks = (Figure(probability_chart(answer), _LIKELY),) if answer.levels else ()
    return Section("certainty", "How sure this is", blocks)


def _side_effects(answer: Answer) -> Section:
    if not answer.adverse:
        return Section("side-effects", "Side effects", (Words("The diary notes no side effects."),))
    note = Words(
        "“More often with it” is the probability that the side effect truly comes on a larger "
        "share of the days with it than of the days without.",
        small=True,
    )
    return Section("side-effects", "Side effects", (adverse_table(answer), note))


def _guesses(answer: Answer) -> Section:
    guesses = answer.guesses
    blocks = () if guesses is None else (Words(guesses.sentence), guess_table(guesses))
    return Section("guesses", "Guesses about what was taken", blocks)


def _more_days(answer: Answer) -> Section:
    if answer.days_to_clear_answer == 0:
        return Section("more-days", "What more days would bring", (Words(_ALREADY),))
    if not answer.clear_by_days:
        return Section("more-days", "What more days would bring", ())
    caption = (
        "Found by continuing this diary many times in the computer, in every way that fits it so "
        "far, and counting how often the answer became clear."
    )
    blocks = (Words(_waiting(answer)), Figure(more_days_chart(answer), caption, share=0.6))
    return Section("more-days", "What more days would bring", blocks)


_ALREADY = "The answer is clear already; more days would only make the numbers more exact."


def _waiting(answer: Answer) -> str:
    days, share = answer.clear_by_days[-1]
    if answer.next_step is NextStep.BLINDED_TEST:
        return f"{_tested(answer)}The picture is for going on as now instead: after " + (
            f"{plural(days, 'more day')} the chance of a clear answer would be {percent(share)}."
        )
    if answer.days_to_clear_answer is not None:
        needed = plural(answer.days_to_clear_answer, "more day")
        return f"A clear answer can be expected after about {needed} of the same kind of diary."
    return (
        "More days of the same kind would not settle it soon: the chance of a clear answer after "
        f"{plural(days, 'more day')} is {percent(share)}."
    )


def _tested(answer: Answer) -> str:
    if answer.days_to_clear_answer is None:
        return ""
    needed = plural(answer.days_to_clear_answer, "day")
    return f"A clear answer can be expected from a blinded test of about {needed}. "
