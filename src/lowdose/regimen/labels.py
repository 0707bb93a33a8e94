"""What is written on each bottle, in plain words.

A label says what is inside, how to take it, how many, until when, where to keep it, and never
with opioids. The label of a blinded bottle gives its code and number instead of a content; it is
the same for naltrexone and placebo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import Moment, Regimen
from lowdose.regimen.kits import Kit
from lowdose.regimen.portions import Portion
from lowdose.regimen.preparation import Form, Preparation

__all__ = ["Label", "bottle_labels", "kit_labels", "moment_words"]

WARNINGS = (
    "Do not take with opioid medicines (strong painkillers such as codeine, tramadol or morphine; "
    "some cough and diarrhoea medicines; methadone, buprenorphine). Ask first.",
    "Keep out of the reach of children.",
)
_BLANK = "____________"

_MOMENTS = {
    Moment.MORNING: "in the morning",
    Moment.MIDDAY: "at midday",
    Moment.EVENING: "in the evening",
    Moment.BEDTIME: "at bedtime",
}


@dataclass(frozen=True)
class Label:
    """One label. Blanks are lines to fill in by hand."""

    title: str
    patient: str
    directions: tuple[str, ...]
    quantity: str
    use_by: str
    storage: str
    warnings: tuple[str, ...] = WARNINGS


@dataclass(frozen=True)
class _Use:
    """How one bottle is used on some days: "take 1 capsule at bedtime"."""

    first_day: int
    last_day: int
    words: str


def moment_words(moment: Moment) -> str:
    """When, as it follows "take 1 capsule".

    >>> moment_words(Moment.BEDTIME)
    'at bedtime'
    """
    return _MOMENTS[moment]


def bottle_labels(
    preparation: Preparation, regimen: Regimen, *, patient: str = "", start: date | None = None
) -> tuple[Label, ...]:
    """One label per bottle: per batch, and for capsules per strength.

    `regimen` is the one the preparation was made from. With `start` directions carry dates.

    >>> from lowdose.regimen.doses import Intake, Step
    >>> from lowdose.regimen.preparation import prepare_capsules
    >>> steps = tuple(Step(7, (Intake(Moment.BEDTIME, mg),)) for mg in (1.5, 3.0))
    >>> plan = Regimen("two weeks", steps, "")
    >>> label = bottle_labels(prepare_capsules(plan, [1.5]), plan)[0]
    >>> label.title, label.quantity
    ('Naltrexone hydrochloride 1.5 mg capsules', '21 capsules')
    >>> label.directions
    ('Days 1 to 7: take 1 capsule at bedtime.', 'Days 8 to 14: take 2 capsules at bedtime.')
    """
    if preparation.form is Form.LIQUID:
        return tuple(_liquid_labels(preparation, regimen, patient, start))
    return tuple(_capsule_labels(preparation, regimen, patient, start))


def kit_labels(
    kit: Kit, preparation: Preparation, regimen: Regimen, *, patient: str = ""
) -> tuple[Label, ...]:
    """One label per bottle and period of a blinded kit; nothing on it tells the content.

    Days are counted from the start of the bottle's own period.

    >>> from lowdose.regimen.doses import Intake, Step
    >>> from lowdose.regimen.kits import blinded_kit
    >>> from lowdose.regimen.preparation import prepare_capsules
    >>> plan = Regimen("month", (Step(28, (Intake(Moment.BEDTIME, 4.5),)),), "")
    >>> made = prepare_capsules(plan, [4.5])
    >>> [label.title for label in kit_labels(blinded_kit(made, "AB"), made, plan)]
    ['Study capsules, period 1, code A, bottle 1', 'Study capsules, period 2, code B, bottle 1']
    """
    bottle_of = {bottle.strength_mg: f"bottle {bottle.number}" for bottle in kit.bottles}
    labels = [
        Label(
            title=f"Study capsules, period {period.number}, code {period.code}, "
            f"bottle {bottle.number}",
            patient=patient or _BLANK,
            directions=(
                "Day 1 is the first day of this period.",
                *_lines(_capsule_uses(preparation, regimen, bottle.strength_mg, bottle_of), None),
            ),
            quantity=f"{bottle.count} capsules",
            use_by=_BLANK,
            storage=_sentence(preparation.beyond_use.storage),
        )
        for period in kit.periods
        for bottle in kit.bottles
    ]
    return tuple(labels)


def _capsule_labels(
    preparation: Preparation, regimen: Regimen, patient: str, start: date | None
) -> Iterator[Label]:
    names = {s.strength_mg: f"{number_text(s.strength_mg)} mg" for s in preparation.supplies}
    for batch in preparation.batches:
        span = batch.window
        for made in batch.capsules:
            uses = _capsule_uses(preparation, regimen, made.strength_mg, names)
            yield Label(
                title=f"Naltrexone hydrochloride {names[made.strength_mg]} capsules",
                patient=patient or _BLANK,
                directions=_lines(_within(uses, span.first_day, span.last_day), start),
                quantity=f"{made.count} capsules",
                use_by=_date_text(span.use_by) if span.use_by else _BLANK,
                storage=_sentence(preparation.beyond_use.storage),
            )


def _liquid_labels(
    preparation: Preparation, regimen: Regimen, patient: str, start: date | None
) -> Iterator[Label]:
    strength = number_text(preparation.mg_per_ml or 0.0)
    for batch in preparation.batches:
        span = batch.window
        uses = _within(_liquid_uses(preparation, regimen), span.first_day, span.last_day)
        yield Label(
            title=f"Naltrexone hydrochloride {strength} mg/mL oral liquid",
            patient=patient or _BLANK,
            directions=("Shake well before each dose.", *_lines(uses, start)),
            quantity=f"{number_text(batch.volume_ml)} mL",
            use_by=_date_text(span.use_by) if span.use_by else _BLANK,
            storage=_sentence(preparation.beyond_use.storage),
        )


def _capsule_uses(
    preparation: Preparation, regimen: Regimen, strength_mg: float, names: dict[float, str]
) -> list[_Use]:
    def words(portion: Portion) -> str:
        own = [taken for taken in portion.capsules if taken.strength_mg == strength_mg]
        others = [taken for taken in portion.capsules if taken.strength_mg != strength_mg]
        if not own:
            return ""
        together = [f"{_capsules(t.count)} from {_bottle(names[t.strength_mg])}" for t in others]
        joined = f", together with {' and '.join(together)}," if together else ""
        return f"take {_capsules(own[0].count)}{joined} {moment_words(portion.moment)}"

    return _uses(preparation, regimen, words)


def _liquid_uses(preparation: Preparation, regimen: Regimen) -> list[_Use]:
    def words(portion: Portion) -> str:
        if not portion.volume_ml:
            return ""
        volume = number_text(portion.volume_ml)
        return f"take {volume} mL ({portion.syringe}) {moment_words(portion.moment)}"

    return _uses(preparation, regimen, words)


def _uses(
    preparation: Preparation, regimen: Regimen, words: Callable[[Portion], str]
) -> list[_Use]:
    """The use of a bottle over the regimen; neighbouring steps with the same use are one line."""
    daily: list[_Use] = []
    first = 1
    for number, step in enumerate(regimen.steps, start=1):
        said = [text for portion in preparation.portions_of(number) if (text := words(portion))]
        daily.append(_Use(first, first + step.days - 1, " and ".join(said)))
        first += step.days
    merged: list[_Use] = []
    for text, run in groupby(daily, key=lambda use: use.words):
        same = list(run)
        if text:
            merged.append(_Use(same[0].first_day, same[-1].last_day, text))
    return merged


def _within(uses: Sequence[_Use], first_day: int, last_day: int) -> list[_Use]:
    """The uses that fall into a batch, cut to its days."""
    return [
        replace(
            use,
            first_day=max(use.first_day, first_day),
            last_day=min(use.last_day, last_day),
        )
        for use in uses
        if use.first_day <= last_day and use.last_day >= first_day
    ]


def _lines(uses: Sequence[_Use], start: date | None) -> tuple[str, ...]:
    return tuple(f"{_when(use, start)}: {use.words}." for use in uses)


def _when(use: _Use, start: date | None) -> str:
    if start is None:
        if use.first_day == use.last_day:
            return f"Day {use.first_day}"
        return f"Days {use.first_day} to {use.last_day}"
    first = start + timedelta(days=use.first_day - 1)
    last = start + timedelta(days=use.last_day - 1)
    return _date_text(first) if first == last else f"{_date_text(first)} to {_date_text(last)}"


def _date_text(day: date) -> str:
    # By hand, because the day without a leading zero has no portable format code.
    return f"{day.day} {day:%b %Y}"


def _capsules(count: int) -> str:
    return f"{count} capsule{'s' if count > 1 else ''}"


def _bottle(name: str) -> str:
    return name if name.startswith("bottle") else f"the {name} bottle"


def _sentence(words: str) -> str:
    return f"Keep {words}."
