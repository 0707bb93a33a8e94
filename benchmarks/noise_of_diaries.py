"""How days differ in real pain diaries: what the priors of swing and day noise rest on.

Cuts diaries kept without any treatment into stretches of 112 days. The likelihood of each stretch
is laid over a lattice of the swing's correlation from day to day and its share of the variance;
level, straight drift and variance are integrated out (restricted likelihood). Then the normal
distribution over stretches is fitted that makes all of them together most likely, on the scale of
the priors: the standard normal quantile of correlation and share.

    python benchmarks/noise_of_diaries.py
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from measuring import Progress, table
from null_treatment import series
from scipy.optimize import minimize
from scipy.stats import norm

DAYS = 112
LEAST_RATED = 28
# Long diaries give a stretch a year, so that one person of eight years does not decide everything.
LONG_DIARY, YEAR = 1200, 364
CORRELATION = np.linspace(-2.0, 3.2, 40)
SHARE = np.linspace(-2.5, 2.5, 25)


def stretches(rating: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Days and ratings of every stretch with enough ratings that are not all equal."""
    step = DAYS if rating.size < LONG_DIARY else YEAR
    for start in range(0, rating.size - DAYS + 1, step):
        part = rating[start : start + DAYS]
        rated = np.isfinite(part)
        if rated.sum() >= LEAST_RATED and np.ptp(part[rated]) > 0:
            yield np.flatnonzero(rated).astype(float), part[rated]


def log_likelihood(day: np.ndarray, rating: np.ndarray) -> np.ndarray:
    """Restricted log likelihood at every point of the lattice, (correlation, share)."""
    return np.array(
        [
            [_at(day, rating, correlation, share) for share in norm.cdf(SHARE)]
            for correlation in norm.cdf(CORRELATION)
        ]
    )


def _at(day: np.ndarray, rating: np.ndarray, correlation: float, share: float) -> float:
    apart = np.abs(day[:, None] - day)
    root = np.linalg.cholesky(share * correlation**apart + (1 - share) * np.eye(day.size))
    trend = np.stack([np.ones(day.size), day - day.mean()], axis=1)
    white = np.linalg.solve(root, np.column_stack([trend, rating]))
    fixed, seen = white[:, :2], white[:, 2]
    rest = seen - fixed @ np.linalg.lstsq(fixed, seen, rcond=None)[0]
    free = day.size - 2
    _, fixed_log = np.linalg.slogdet(fixed.T @ fixed)
    spread = free * np.log(rest @ rest / free)
    return float(-np.log(np.diag(root)).sum() - 0.5 * (spread + fixed_log))


def fit(found: list[np.ndarray]) -> tuple[float, float, float, float]:
    """Mean and standard deviation of correlation and of share over the stretches."""
    scaled = [one - one.max() for one in found]

    def lost(values: np.ndarray) -> float:
        over = norm.logpdf(CORRELATION, values[0], np.exp(values[1]))[:, None]
        over = over + norm.logpdf(SHARE, values[2], np.exp(values[3]))
        over -= np.logaddexp.reduce(over.ravel())
        return -sum(float(np.logaddexp.reduce((one + over).ravel())) for one in scaled)

    best = minimize(lost, [0.5, 0.0, 0.5, 0.0], method="L-BFGS-B").x
    return float(best[0]), float(np.exp(best[1])), float(best[2]), float(np.exp(best[3]))


def main() -> None:
    """Print the most likely values of every diary, then the fit."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    everyone = list(series())
    progress, found, rows = Progress("diaries", len(everyone)), [], []
    for who, diary in everyone:
        each = [log_likelihood(*stretch) for stretch in stretches(diary.ratings["pain"])]
        found += each
        if each:
            rows.append((who, len(each), *_middle(each)))
        progress()
    print(table(("diary", "stretches", "correlation (middle)", "share (middle)"), rows))
    correlation, correlation_sd, share, share_sd = fit(found)
    print(f"\n{len(found)} stretches together, on the priors' scale:")
    print(f"correlation {correlation:.2f} (SD {correlation_sd:.2f}): {norm.cdf(correlation):.2f}")
    print(f"share {share:.2f} (SD {share_sd:.2f}): {norm.cdf(share):.2f}")


def _middle(each: list[np.ndarray]) -> tuple[str, str]:
    """Median over stretches of the most likely correlation and share."""
    best = np.array([np.unravel_index(one.argmax(), one.shape) for one in each])
    correlation = np.median(norm.cdf(CORRELATION)[best[:, 0]])
    share = np.median(norm.cdf(SHARE)[best[:, 1]])
    return f"{correlation:.2f}", f"{share:.2f}"


if __name__ == "__main__":
    main()
