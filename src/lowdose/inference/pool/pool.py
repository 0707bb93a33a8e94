"""The whole way: diaries, files of effects or files of other sites, to a pooled answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lowdose.diary.entries import Diary
from lowdose.errors import Fault, InputError
from lowdose.inference.frame import pick_symptom
from lowdose.inference.options import Options
from lowdose.inference.pool.likelihood import courses_of
from lowdose.inference.pool.posterior import Belief, pooled
from lowdose.inference.pool.regression import Regressed, regressed
from lowdose.inference.pool.share import contribution, merged
from lowdose.inference.pool.values import Cell, Contribution, Course, Pooled
from lowdose.inference.prior_choice import choose_prior
from lowdose.inference.priors import Prior

__all__ = ["PoolAnswer", "answer_of", "belief_of", "pool"]


@dataclass(frozen=True, eq=False)
class PoolAnswer:
    """What many people's courses say together.

    cells: each pooled by itself. main: the blinded cell with most courses, or else the open one.
    regression: how cells differ, where there are several. shared: what may leave the site. notes:
    what to know.
    """

    symptom: str
    scale: tuple[float, float]
    cells: Mapping[Cell, Pooled]
    main: Cell
    regression: Regressed | None
    shared: Contribution
    notes: tuple[str, ...] = field(default=())

    @property
    def width(self) -> float:
        """Of the scale, in points: effects times this are points."""
        return self.scale[1] - self.scale[0]


def pool(
    diaries: Sequence[Diary] = (),
    *,
    shared: Sequence[Contribution] = (),
    symptom: str | None = None,
    prior: str | Prior = "weak",
    options: Options = Options(),
    condition: str = "",
    site: str = "",
    progress: Callable[[int], None] | None = None,
) -> PoolAnswer:
    """Pool the courses of many diaries, with what other sites have shared.

    symptom, prior, options: as for `infer`; the prior's effect is what is believed of the mean.
    condition: of all these diaries. site: a name for what this site shares. `progress` is called
    with the number of diaries just finished.

    Raises InputError for a diary that has nothing to compare, and for what does not add up.

    >>> from lowdose.diary.read import read_diaries
    >>> found = pool(read_diaries("examples/virtual_ldn_blinded.csv"), symptom="pain")
    >>> found.main.dose_mg, found.cells[found.main].count
    (4.5, 1)
    """
    if not diaries and not shared:
        raise InputError([Fault("courses", "none", "diaries, or files that sites have shared")])
    parts, courses = list(shared), list[Course]()
    if diaries:
        chosen = pick_symptom(diaries[0], symptom)
        courses = courses_of(
            diaries,
            symptom=chosen.name,
            prior=prior,
            options=options,
            condition=condition,
            progress=progress,
        )
        scale = (chosen.low, chosen.high)
        parts.append(contribution(courses, symptom=chosen.name, scale=scale, site=site))
    return answer_of(merged(parts), courses, belief_of(prior, parts[0].symptom), own=parts[-1])


def belief_of(prior: str | Prior, symptom: str) -> Belief:
    """What a prior says of the mean of people's effects."""
    return Belief(choose_prior(prior, symptom).effect)


def answer_of(
    whole: Contribution,
    courses: Sequence[Course],
    belief: Belief,
    *,
    own: Contribution | None = None,
) -> PoolAnswer:
    """The pooled answer of a sum; courses: those at hand, each told with the rest.

    Raises InputError where nothing is left to pool.
    """
    if not whole.counts:
        raise InputError([Fault("courses", "none", "one course or more")])
    at_hand: dict[Cell, dict[str, Course]] = {}
    for course in courses:
        at_hand.setdefault(course.cell, {})[course.person] = course
    cells = {
        cell: pooled(
            whole.arrays[cell],
            count,
            belief,
            {name: one.likelihood for name, one in at_hand.get(cell, {}).items()},
        )
        for cell, count in sorted(whole.counts.items())
    }
    main = max(cells, key=lambda cell: (cell.blinded, cells[cell].count, cell.dose_mg))
    return PoolAnswer(
        whole.symptom,
        whole.scale,
        cells,
        main,
        regressed(whole, belief),
        own or whole,
        tuple(_notes(cells, main)),
    )


def _notes(cells: Mapping[Cell, Pooled], main: Cell) -> list[str]:
    notes = []
    if not main.blinded:
        notes.append(
            "These people knew what they took. How much of the change is expectation is only "
            "believed, from published placebo groups, and more such courses cannot say it better: "
            "the average is less sure than its interval."
        )
    if cells[main].count < 5:
        notes.append("Fewer than five courses: what is found rests mostly on what was believed.")
    if len(cells) > 1:
        notes.append(
            "One person may be in several cells (a dose after another), so cells are not "
            "independent; the comparison between them takes them as if they were."
        )
    return notes
