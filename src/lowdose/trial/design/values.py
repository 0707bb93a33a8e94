"""The nouns of a design: periods, sequences and people. Only `read.py` and `check.py` make one.

    Design: everyone goes through the same periods; a sequence says which treatment a person gets in
    each of the periods that are open to chance; what everyone gets is said by the period itself.

Parallel groups are sequences of one treatment, a crossover has sequences of two, an N-of-1 trial
has many short periods. What kind of design it is follows from this, and is said nowhere twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lowdose.diary.entries import Direction

__all__ = [
    "Allocation",
    "Analysis",
    "Blinding",
    "Design",
    "Enrichment",
    "Expected",
    "Factor",
    "Given",
    "Looks",
    "Method",
    "Outcome",
    "Period",
    "Primary",
    "Sequence",
    "Step",
    "Treatment",
    "UpAndDown",
]


class Blinding(StrEnum):
    """Who does not know which treatment it is."""

    OPEN = "open"  # everybody knows
    SINGLE = "single"  # the people treated do not
    DOUBLE = "double"  # nor do those who treat and measure


class Given(StrEnum):
    """What a treatment is."""

    DRUG = "drug"
    PLACEBO = "placebo"
    NOTHING = "nothing"


class Method(StrEnum):
    """How sequences are drawn."""

    BLOCKS = "blocks"  # permuted blocks of random size, within strata
    MINIMISATION = "minimisation"
    SIMPLE = "simple"


class Primary(StrEnum):
    """The analysis that decides."""

    CHANGE = "change"  # change score, t test
    ANCOVA = "ancova"
    CROSSOVER = "crossover"  # analysis of variance of period means
    MIXED = "mixed"  # daily ratings, mixed model
    MMRM = "mmrm"  # visits, unstructured
    RESPONDERS = "responders"
    HIERARCHICAL = "hierarchical"  # Bayesian, every person's own effect
    UP_AND_DOWN = "up-and-down"


@dataclass(frozen=True)
class Outcome:
    """What is measured: the symptom, its scale, which way is better, and on which days.

    visit_days: days of the trial, 1 the first, with one rating each; empty means every day.
    """

    symptom: str
    low: float = 0.0
    high: float = 10.0
    direction: Direction = Direction.LOWER_IS_BETTER
    visit_days: tuple[int, ...] = ()
    instrument: str = ""
    important: float | None = None  # smallest difference that matters, in points of the scale


@dataclass(frozen=True)
class Step:
    """One dose for so many days; the last step of a treatment lasts as long as its period."""

    dose_mg: float
    days: int


@dataclass(frozen=True)
class Treatment:
    """Something that is given. Steps are those of naltrexone; other drugs have none."""

    key: str
    name: str
    given: Given
    drug: str = "naltrexone"
    steps: tuple[Step, ...] = ()

    def doses_mg(self, days: int) -> tuple[float, ...]:
        """The naltrexone of each day of a period, mg; the climb starts anew in each period.

        >>> Treatment("ldn", "LDN", Given.DRUG, steps=(Step(1.5, 2), Step(4.5, 1))).doses_mg(4)
        (1.5, 1.5, 4.5, 4.5)
        """
        laid = [step.dose_mg for step in self.steps for _ in range(step.days)]
        last = self.steps[-1].dose_mg if self.steps else 0.0
        return tuple((laid + [last] * days)[:days])


@dataclass(frozen=True)
class Period:
    """A stretch of days.

    everyone: the key of the treatment that everyone gets; None where the sequence decides.
    skip_days: first days that no analysis uses (washing out, climbing).
    block: the N-of-1 block it belongs to, 1 the first; 0 where there are none.
    """

    name: str
    days: int
    everyone: str | None = None
    skip_days: int = 0
    block: int = 0


@dataclass(frozen=True)
class Sequence:
    """Which treatment (its key) in each period that is open to chance; share: of the people."""

    name: str
    treatments: tuple[str, ...]
    share: int = 1


@dataclass(frozen=True)
class Factor:
    """A property of people that groups are balanced for, with its possible values."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Allocation:
    """How sequences are drawn. block_sizes: in people; strength: of minimisation, 0.5 to 1."""

    method: Method = Method.BLOCKS
    block_sizes: tuple[int, ...] = ()
    factors: tuple[Factor, ...] = ()
    strength: float = 0.8


@dataclass(frozen=True)
class Analysis:
    """How it is analysed.

    window_days: a period's outcome is the mean of its last so many days; None: all that count.
    responder_percent: better than the baseline by this much counts as a response.
    """

    primary: Primary
    alpha: float = 0.05
    window_days: int | None = None
    responder_percent: float = 30.0
    carry_over: bool = False


@dataclass(frozen=True)
class Expected:
    """What the planner expects, for power: None where the mechanism or the condition says it.

    effect: mean treatment minus reference, points; effect_sd: how it differs between people.
    placebo: change that a placebo brings, points; placebo_sd: how it differs between people.
    spread: standard deviation of a day about a person's course; dropout: share who leave before
    the end; missing: share of days without a rating.
    """

    effect: float | None = None
    effect_sd: float = 0.0
    baseline: float | None = None
    baseline_sd: float | None = None
    placebo: float | None = None
    placebo_sd: float | None = None
    spread: float | None = None
    dropout: float = 0.0
    missing: float = 0.0
    adherence: str = "full"


@dataclass(frozen=True)
class Enrichment:
    """Only those who did well enough in a period go on to be allocated by chance.

    percent: better than the baseline by at least this much, in the period of this name.
    """

    period: str
    percent: float = 30.0


@dataclass(frozen=True)
class UpAndDown:
    """Each next person's dose: one step down after a response, one step up after none."""

    doses_mg: tuple[float, ...]
    start_mg: float


@dataclass(frozen=True)
class Looks:
    """Interim looks. fractions: of the full information, the last one 1; rule: the boundary.

    threshold: with rule "posterior", how probable it must be, before any data equally likely either
    way, that the effect has the sign it seems to have. Several looks then err more than one would;
    power says by how much.
    """

    fractions: tuple[float, ...]
    rule: str = "obrien-fleming"
    threshold: float = 0.99


@dataclass(frozen=True)
class Design:
    """A design, checked: whatever holds one may trust it.

    reference: the key of the treatment that others are compared with; None in dose finding.
    sources: where a published design was read; assumptions among them say so.
    """

    name: str
    title: str
    condition: str
    people: int
    blinding: Blinding
    outcome: Outcome
    treatments: tuple[Treatment, ...]
    periods: tuple[Period, ...]
    sequences: tuple[Sequence, ...]
    reference: str | None
    allocation: Allocation = Allocation()
    analysis: Analysis = Analysis(Primary.MIXED)
    expected: Expected = Expected()
    enrichment: Enrichment | None = None
    up_and_down: UpAndDown | None = None
    looks: Looks | None = None
    question: str = ""
    sources: tuple[str, ...] = field(default=())

    @property
    def days(self) -> int:
        """Length of one person's part, days."""
        return sum(period.days for period in self.periods)

    def treatment(self, key: str) -> Treatment:
        """The treatment of this key."""
        return next(one for one in self.treatments if one.key == key)

    @property
    def compared(self) -> tuple[str, ...]:
        """Keys of the treatments that the sequences give, but for the reference, in order."""
        given = dict.fromkeys(key for one in self.sequences for key in one.treatments)
        nothing = {one.key for one in self.treatments if one.given is Given.NOTHING}
        lead_in = (period.everyone for period in self.periods if period.everyone)
        everyone = (key for key in lead_in if key not in nothing)
        return tuple(key for key in dict.fromkeys((*given, *everyone)) if key != self.reference)
