"""The controlled words of a judgement: domains of a trial, domains of a pool, levels."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Domain", "Level", "Risk", "Seriousness", "TrialDomain", "Zone"]


class Risk(StrEnum):
    """How likely a trial's result is bent in one direction. NOT_KNOWN: the record does not say."""

    LOW = "low"
    SOME = "some_concerns"
    HIGH = "high"
    NOT_KNOWN = "not_known"

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to worry about."""
        return self is Risk.LOW


class TrialDomain(StrEnum):
    """Where bias can enter a trial; the domains of RoB 2, and carry-over for crossovers."""

    RANDOMISATION = "randomisation"
    DEVIATIONS = "deviations"
    MISSING_DATA = "missing_data"
    MEASUREMENT = "measurement"
    REPORTING = "reporting"
    CARRY_OVER = "carry_over"


class Domain(StrEnum):
    """What can take certainty from a pooled answer.

    The five of GRADE, and one of ours: UNCHECKED, numbers that were not read where they were
    published; by default none of these is in a pool.
    """

    RISK_OF_BIAS = "risk_of_bias"
    IMPRECISION = "imprecision"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    MISSING_EVIDENCE = "missing_evidence"
    UNCHECKED = "unchecked_numbers"


class Seriousness(StrEnum):
    """How much a domain takes away: nothing, one step, two steps."""

    NOT = "not_serious"
    SERIOUS = "serious"
    VERY = "very_serious"

    @property
    def steps(self) -> int:
        """0, -1 or -2."""
        return -list(Seriousness).index(self)


class Level(StrEnum):
    """How sure a pooled answer is, the surest first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"

    def down(self, steps: int) -> Level:
        """So many steps lower, at most to VERY_LOW.

        >>> Level.HIGH.down(1).value, Level.LOW.down(3).value
        ('moderate', 'very_low')
        """
        every = list(Level)
        return every[min(every.index(self) + steps, len(every) - 1)]


class Zone(StrEnum):
    """Where an effect lies: beyond the smallest important difference, or within it.

    UNKNOWN: for this outcome nobody has said what is important.
    """

    BETTER = "better"
    WORSE = "worse"
    NO_IMPORTANT_DIFFERENCE = "no_important_difference"
    UNKNOWN = "unknown"
