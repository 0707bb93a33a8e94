"""What is thought of the spread between studies, tau, and of their mean before they are seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from lowdose.errors import Fault, InputError
from lowdose.evidence.pooling.values import Numbers

__all__ = [
    "CONTINUOUS",
    "COUNTED",
    "HalfCauchy",
    "HalfNormal",
    "LogNormal",
    "LogT",
    "NormalMean",
    "TauPrior",
    "parse_tau_prior",
]


class TauPrior(Protocol):
    """A distribution of tau; heavy where large values are likely enough to leave no mean."""

    @property
    def is_heavy(self) -> bool:
        """Whether the tail falls like a power or slower."""
        ...

    def quantile(self, share: Numbers) -> Numbers:
        """The tau below which a share of the distribution lies."""
        ...


@dataclass(frozen=True)
class NormalMean:
    """A normal distribution of the mean effect."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _check(sd=self.sd)


@dataclass(frozen=True)
class HalfNormal:
    """A normal distribution around 0, folded: tau is below 2 `scale` with 95 %.

    On standardised mean differences 0.5 and on log odds ratios 0.5 to 1 are usual: Röver 2021,
    doi:10.1002/jrsm.1475.

    >>> HalfNormal(0.5).quantile(np.array([0.95])).round(3).tolist()
    [0.98]
    """

    scale: float
    is_heavy: bool = False

    def __post_init__(self) -> None:
        _check(scale=self.scale)

    def quantile(self, share: Numbers) -> Numbers:
        """The tau below which a share of the distribution lies."""
        return np.asarray(self.scale * math.sqrt(2) * special.erfinv(share))


@dataclass(frozen=True)
class HalfCauchy:
    """A Cauchy distribution around 0, folded: half of it is below `scale`, its tail is long.

    Source: Gelman 2006, doi:10.1214/06-BA117A.

    >>> HalfCauchy(0.5).quantile(np.array([0.5])).round(3).tolist()
    [0.5]
    """

    scale: float
    is_heavy: bool = True

    def __post_init__(self) -> None:
        _check(scale=self.scale)

    def quantile(self, share: Numbers) -> Numbers:
        """The tau below which a share of the distribution lies."""
        return np.asarray(self.scale * np.tan(np.pi / 2 * share))


@dataclass(frozen=True)
class LogNormal:
    """ln(tau2) is normal with this mean and standard deviation, as in Turner 2015.

    >>> LogNormal(-2.56, 1.74).quantile(np.array([0.5])).round(3).tolist()
    [0.278]
    """

    mean: float
    sd: float
    is_heavy: bool = False

    def __post_init__(self) -> None:
        _check(sd=self.sd)

    def quantile(self, share: Numbers) -> Numbers:
        """The tau below which a share of the distribution lies."""
        return np.asarray(np.exp((self.mean + self.sd * special.ndtri(share)) / 2))


@dataclass(frozen=True)
class LogT:
    """ln(tau2) has Student's t with `freedom` around this location and scale, as in Rhodes 2015.

    >>> LogT(-3.44, 2.59).quantile(np.array([0.5])).round(3).tolist()
    [0.179]
    """

    location: float
    scale: float
    freedom: float = 5.0
    is_heavy: bool = True

    def __post_init__(self) -> None:
        _check(scale=self.scale, freedom=self.freedom)

    def quantile(self, share: Numbers) -> Numbers:
        """The tau below which a share of the distribution lies."""
        log_square = self.location + self.scale * special.stdtrit(self.freedom, share)
        return np.asarray(np.exp(log_square / 2))


def _check(**positive: float) -> None:
    faults = [
        Fault(name, f"{value:g}", "more than 0")
        for name, value in positive.items()
        if not (value > 0 and math.isfinite(value))
    ]
    if faults:
        raise InputError(faults)


# Log odds ratios, a medicine against placebo or control: Turner 2015, doi:10.1002/sim.6381, table
# IV, and page 993 for "any". Read in the tables of the R package bayesmeta, not in the paper.
COUNTED: Mapping[str, LogNormal] = {
    "any": LogNormal(-2.56, 1.74),
    "pain": LogNormal(-1.83, 1.52),
    "quality of life": LogNormal(-2.54, 1.54),
    "mental health": LogNormal(-2.12, 1.53),
    "symptoms": LogNormal(-2.06, 1.51),
    "subjective": LogNormal(-2.70, 1.52),
    "adverse events": LogNormal(-1.87, 1.52),
    "withdrawals": LogNormal(-2.99, 1.74),
}

# Standardised mean differences, a medicine against placebo or control, outside cancer and
# respiratory disease: Rhodes 2015, doi:10.1016/j.jclinepi.2014.08.012, table 3, and section 3.3 for
# "any". Read as above.
CONTINUOUS: Mapping[str, LogT] = {
    "any": LogT(-3.44, 2.59),
    "pain": LogT(-3.16, 2.50),
    "quality of life": LogT(-3.16, 2.50),
    "mental health": LogT(-2.99, 2.16),
    "symptoms": LogT(-3.00, 2.50),
    "subjective": LogT(-2.76, 2.58),
    "adverse events": LogT(-3.16, 2.50),
}


def parse_tau_prior(text: str) -> TauPrior:
    """A prior as one types it: half-normal:SCALE, half-cauchy:SCALE, counted:KIND, continuous:KIND.

    The kinds are those of `COUNTED` and `CONTINUOUS`. Raises InputError for anything else.

    >>> parse_tau_prior("half-normal:0.5"), parse_tau_prior("counted:pain")
    (HalfNormal(scale=0.5, is_heavy=False), LogNormal(mean=-1.83, sd=1.52, is_heavy=False))
    """
    name, _, rest = text.strip().casefold().partition(":")
    if name == "counted" and rest in COUNTED:
        return COUNTED[rest]
    if name == "continuous" and rest in CONTINUOUS:
        return CONTINUOUS[rest]
    try:
        if name == "half-normal":
            return HalfNormal(float(rest))
        if name == "half-cauchy":
            return HalfCauchy(float(rest))
    except ValueError:
        pass
    expected = (
        "half-normal:SCALE, half-cauchy:SCALE, counted:KIND or continuous:KIND, "
        f"KIND one of {', '.join(COUNTED)}"
    )
    raise InputError([Fault("prior of tau", repr(text), expected)])
