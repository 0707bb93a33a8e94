"""What a result and its data say to the items of a report: one function a topic, as for designs.

`Told` holds what is known: without data, items that need them stay to be written.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lowdose.report.charts.trial_course_chart import course_chart
from lowdose.report.charts.trial_effect_charts import PER_CHART, people_charts, pooled_chart
from lowdose.report.charts.trial_flow_diagram import flow_diagram, shown_arms
from lowdose.report.document import Callout, Figure, Items, Plain, Table, Words
from lowdose.report.trial_counts import Counted
from lowdose.report.trial_design_words import Blocks, design_summary
from lowdose.report.trial_measure import Measure, measure_of
from lowdose.report.trial_treatment_words import given_words, people_words
from lowdose.report.wording import amount, capital, interval_words, plural, signed
from lowdose.trial.analyse.values import Estimate, Result
from lowdose.trial.design.values import Design, Given
from lowdose.trial.run.values import Left

__all__ = ["RESULT_TOPICS", "Told", "headline", "p_words"]

MOST_ARMS, MOST_PEOPLE = 12, 60


@dataclass(frozen=True, eq=False)
class Told:
    """What there is to tell from; data: None where only the result is known."""

    design: Design
    result: Result
    data: Counted | None = None

    @property
    def level(self) -> float:
        """Coverage of the intervals, to fit the design's level of error."""
        return 1 - self.design.analysis.alpha


def p_words(p: float) -> str:
    """A p value as reports print it.

    >>> p_words(0.0321), p_words(0.00001), p_words(0.9999), p_words(math.nan)
    ('p = 0.032', 'p < 0.001', 'p > 0.999', 'p not known')
    """
    if not math.isfinite(p):
        return "p not known"
    if p < 0.001:
        return "p < 0.001"
    return "p > 0.999" if p > 0.999 else f"p = {p:.3f}"


def headline(told: Told) -> Callout:
    """The primary result and what its interval means, in one place."""
    one, measure = told.result.primary, measure_of(told.design)
    low, high = one.interval(told.level)
    ends = interval_words((low, high), measure.digits, sign=measure.is_difference)
    p = f"; {p_words(one.p)}" if measure.has_p else ""
    said = f"{one.what}: {_number(told, one.estimate)} {measure.unit}"
    said += f" ({100 * told.level:g} % interval {ends}{p})."
    return Callout("Primary result", f"{said} {_meaning(measure, low, high)}".strip())


def _number(told: Told, value: float) -> str:
    measure = measure_of(told.design)
    return (signed if measure.is_difference else amount)(value, measure.digits)


def _meaning(measure: Measure, low: float, high: float) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return "How sure this is could not be found."
    if not measure.is_difference:
        return ""
    if low <= 0 <= high:
        said = (
            "The interval includes no difference: the trial shows neither that there is one "
            "nor that there is none."
        )
    else:
        side = "better" if (low > 0) == measure.higher_is_better else "worse"
        said = f"The whole interval lies on the side of {side}."
    return f"{said} {_importance(measure.important, low, high)}".strip()


def _importance(important: float | None, low: float, high: float) -> str:
    """Where the interval lies beside the smallest difference that matters."""
    if important is None:
        return ""
    if -important < low and high < important:
        return f"Differences of {important:g} or more lie outside it."
    if high <= -important or low >= important:
        return f"All of it is a difference that matters ({important:g} or more)."
    return f"It holds differences that matter ({important:g} or more) and such that do not."


def _estimate_row(one: Estimate, told: Told, has_p: bool) -> tuple[str, ...]:
    p = p_words(one.p).removeprefix("p = ").removeprefix("p ") if has_p else "not used"
    return (
        one.what,
        signed(one.estimate, 2),
        interval_words(one.interval(told.level), 2, sign=True),
        "∞" if math.isinf(one.df) else amount(one.df, 1),
        p,
        one.method,
    )


def _estimates(
    told: Told, caption: str, estimates: tuple[Estimate, ...], *, has_p: bool = True
) -> Table:
    columns = ("what", "estimate", f"{100 * told.level:g} % interval", "df", "p", "method")
    rows = tuple(_estimate_row(one, told, has_p) for one in estimates)
    return Table(caption, columns, rows, (0.25, 0.14, 0.2, 0.09, 0.1, 0.22))


def _abstract(told: Told) -> Blocks:
    flow = told.result.flow
    analysed = sum(one.analysed for one in flow.arms)
    said = [f"{name}: {text}" for name, text in design_summary(told.design)]
    said.append(f"Participants: {people_words(flow.enrolled)} enrolled, {analysed} analysed.")
    said.append(f"Result: {headline(told).text}")
    return (Items(tuple(said)),)


def _flow(told: Told) -> Blocks:
    caption = "From enrolment to the primary analysis."
    return (Figure(flow_diagram(told.design, told.result.flow), caption), _flow_table(told))


def _flow_table(told: Told) -> Table:
    shown = shown_arms(told.result.flow, MOST_ARMS)
    rows = tuple(
        (one.sequence, str(one.allocated), str(sum(one.left.values())), str(one.analysed))
        for one in shown
    )
    return Table("People by sequence", ("sequence", "allocated", "left early", "analysed"), rows)


def _losses(told: Told) -> Blocks:
    arms = told.result.flow.arms
    shown = shown_arms(told.result.flow, MOST_ARMS)
    reasons = list(dict.fromkeys(why for one in arms for why, count in one.left.items() if count))
    if not reasons:
        return (Words("Nobody who was allocated left early."),)
    rows = tuple((one.sequence, *(str(one.left.get(why, 0)) for why in reasons)) for one in shown)
    return (Table("Left early, by reason", ("sequence", *reasons), rows),)


def _losses_by_period(told: Told) -> Blocks:
    said = _losses(told)
    if told.data is None:
        return said
    left = _left_in(told.data)
    rows = tuple(
        (period.name, str(int(count)))
        for period, count in zip(told.design.periods, left, strict=True)
        if count
    )
    if not rows:
        return said
    return (*said, Table("Left early, by period", ("period", "people"), rows))


def _left_in(data: Counted) -> np.ndarray:
    """(periods,): how many of those allocated left in each."""
    early = (data.left != Left.STAYED) & (data.sequence >= 0)
    place = np.searchsorted(data.period_ends, data.days_in[early], side="right")
    return np.bincount(
        np.minimum(place, data.period_ends.size - 1), minlength=data.period_ends.size
    )


def _periods(told: Told) -> Blocks:
    if told.data is None:
        return ()
    done, allocated = told.data.completed().sum(axis=0), int((told.data.sequence >= 0).sum())
    rows = tuple(
        (period.name, f"{int(count)} of {allocated}")
        for period, count in zip(told.design.periods, done, strict=True)
    )
    return (Table("People who completed each period", ("period", "completed"), rows),)


def _flow_by_period(told: Told) -> Blocks:
    return (*_flow(told), *_periods(told))


def _stopped(told: Told) -> Blocks:
    left = sum(sum(one.left.values()) for one in told.result.flow.arms)
    if not left:
        return (Words("Everyone who was allocated completed all periods."),)
    return (Words(f"{people_words(left)} stopped before the last period was complete."),)


def _numbers(told: Told) -> Blocks:
    return (_flow_table(told),)


def _numbers_of_periods(told: Told) -> Blocks:
    if told.data is None:
        return ()
    means, given = told.data.period_means(), told.data.period_treatment()
    rows = []
    for number, one in enumerate(told.design.treatments):
        there = np.isfinite(means) & (given == number)
        if one.given is not Given.NOTHING or one.key == told.design.reference:
            rows.append((one.name, str(int(there.sum())), str(int(there.any(axis=1).sum()))))
    columns = ("treatment", "periods", "people")
    return (Table("Periods and people with ratings that count", columns, tuple(rows)),)


def _baseline(told: Told) -> Blocks:
    if told.data is None or not np.isfinite(told.data.baseline).any():
        return ()
    groups = [
        (one.name, told.data.baseline[told.data.sequence == number])
        for number, one in enumerate(told.design.sequences)
    ]
    rows = [_spread(name, values) for name, values in groups if len(groups) <= MOST_ARMS]
    rows.append(_spread("all allocated", told.data.baseline[told.data.sequence >= 0]))
    columns = ("sequence", "people", "mean", "standard deviation")
    return (Table(f"{capital(told.design.outcome.symptom)} at baseline", columns, tuple(rows)),)


def _spread(name: str, values: np.ndarray) -> tuple[str, ...]:
    known = values[np.isfinite(values)]
    mean = amount(float(known.mean()), 2) if known.size else "none"
    sd = amount(float(known.std(ddof=1)), 2) if known.size > 1 else "none"
    return name, str(known.size), mean, sd


def _means(told: Told) -> tuple[Plain, ...]:
    if not told.result.means:
        return ()
    rows = tuple(
        (given_words(told.design, key), amount(mean, 2), amount(sd, 2))
        for key, (mean, sd) in told.result.means.items()
    )
    caption = f"{capital(told.design.outcome.symptom)} by treatment"
    return (Table(caption, ("treatment", "mean", "standard deviation"), rows),)


def _pooled(told: Told) -> Blocks:
    caption = "The estimate of all together with its interval; dots are people."
    has_p = measure_of(told.design).has_p
    primary = _estimates(told, "Primary result", (told.result.primary,), has_p=has_p)
    if not math.isfinite(told.result.primary.estimate):
        return (headline(told), *_means(told), primary)
    figure = Figure(pooled_chart(told.design, told.result), caption)
    return (headline(told), *_means(told), primary, figure)


def _own_effects(told: Told) -> Blocks:
    charts = people_charts(told.design, told.result.people)
    shown = len(charts) * PER_CHART
    caption = "Sorted by effect, the lowest first."
    if len(told.result.people) > shown:
        caption += f" {shown} of {people_words(len(told.result.people))}, spread evenly."
    return tuple(Figure(chart, caption) for chart in charts)


def _estimation(told: Told) -> Blocks:
    return (*_pooled(told), *_own_effects(told), *_course(told))


def _estimation_by_period(told: Told) -> Blocks:
    return (*_pooled(told), *_own_effects(told), *_period_results(told))


def _estimation_n_of_1(told: Told) -> Blocks:
    return (*_pooled(told), *_own_effects(told), *_people_table(told))


def _people_table(told: Told) -> Blocks:
    rows = [
        (
            one.person,
            one.sequence,
            signed(one.effect, 2),
            amount(one.sd, 2),
            "none" if one.alone is None else signed(one.alone.estimate, 2),
        )
        for one in told.result.people[:MOST_PEOPLE]
    ]
    if not rows:
        return ()
    left = len(told.result.people) - len(rows)
    if left:
        rows.append((f"and {people_words(left)} more", "", "", "", ""))
    columns = ("person", "sequence", "own effect", "standard deviation", "alone")
    return (Table("Each person's own effect, points", columns, tuple(rows)),)


def _course(told: Told) -> Blocks:
    if told.data is None or not np.isfinite(told.data.rating).any():
        return ()
    data = told.data
    chart = course_chart(told.design, data.sequence, data.treatment, data.rating)
    return (Figure(chart, "Ratings day by day; dashed lines: a new period."),)


def _period_results(told: Told) -> Blocks:
    if told.data is None:
        return ()
    means, given = told.data.period_means(), told.data.period_treatment()
    rows = []
    for place, period in enumerate(told.design.periods):
        for number, one in enumerate(told.design.treatments):
            values = means[given[:, place] == number, place]
            if np.isfinite(values).any():
                rows.append((period.name, one.name, *_spread("", values)[1:]))
    columns = ("period", "treatment", "people", "mean", "standard deviation")
    table = Table(f"{capital(told.design.outcome.symptom)} by period", columns, tuple(rows))
    return (*_course(told), table)


def _delivery(told: Told) -> Blocks:
    if told.data is None:
        return ()
    data, rows = told.data, []
    there = np.arange(data.rating.shape[1])[None, :] < data.days_in[:, None]
    for number, one in enumerate(told.design.treatments):
        days = there & (data.treatment == number) & np.isfinite(data.taken_mg)
        planned = float(data.planned_mg[days].sum())
        if planned > 0:
            share = float(data.taken_mg[days].sum()) / planned
            rows.append((one.name, str(int(days.sum())), f"{100 * share:.0f} %"))
    if not rows:
        return ()
    columns = ("treatment", "days", "taken of what was planned")
    return (Table("Naltrexone taken while in the trial", columns, tuple(rows)),)


def _ancillary(told: Told) -> Blocks:
    said: list[Plain] = []
    if told.result.others:
        said.append(_estimates(told, "Other results", told.result.others))
    if told.result.guessed:
        said.append(_guesses(told))
    return tuple(said)


def _guesses(told: Told) -> Table:
    rows = tuple(
        (
            given_words(told.design, key),
            str(asked),
            str(right),
            f"{100 * right / asked:.0f} %" if asked else "nobody asked",
        )
        for key, (right, asked) in (told.result.guessed or {}).items()
    )
    columns = ("treatment", "asked", "guessed right", "share")
    return Table("Did people guess what they got? Half right is chance", columns, rows)


def _harms(told: Told) -> Blocks:
    if told.data is None:
        return ()
    count = int(((told.data.left == Left.SIDE_EFFECTS) & (told.data.sequence >= 0)).sum())
    return (Words(f"{people_words(count)} left because of side effects."),)


def _limitations(told: Told) -> Blocks:
    said = [Items(told.result.notes)] if told.result.notes else []
    low, high = told.result.primary.interval(told.level)
    measure = measure_of(told.design)
    if math.isfinite(high - low):
        wide = f"{amount(high - low, measure.digits)} {measure.unit}"
        said.append(Items((f"The interval of the primary result is {wide} wide.",)))
    return tuple(said)


def missing_words(data: Counted) -> str:
    """How many of the ratings asked for are there.

    Of days after somebody left nothing is counted as asked for.
    """
    there = np.arange(data.rating.shape[1])[None, :] < data.days_in[:, None]
    asked = there & data.laid.rated[None, :]
    got = int((np.isfinite(data.rating) & asked).sum())
    return f"{got} of {plural(int(asked.sum()), 'rating')} asked for were given."


RESULT_TOPICS: dict[str, Callable[[Told], Blocks]] = {
    "abstract": _abstract,
    "flow": _flow,
    "crossover_flow": _flow_by_period,
    "losses": _losses,
    "crossover_losses": _losses_by_period,
    "periods": _periods,
    "stopped": _stopped,
    "numbers": _numbers,
    "n_of_1_numbers": _numbers_of_periods,
    "baseline": _baseline,
    "estimation": _estimation,
    "crossover_estimation": _estimation_by_period,
    "n_of_1_estimation": _estimation_n_of_1,
    "period_results": _period_results,
    "delivery": _delivery,
    "ancillary": _ancillary,
    "harms": _harms,
    "limitations": _limitations,
}
