"""REML for daily ratings of many trials at once: Newton's method on the exact criterion.

A person's ratings, in spans of days (`spans.py`):

    rating = fixed effects + person + response + person by treatment + person by span
             + swing + noise

with swing an AR(1) process. Swing and noise are dealt with by `moments.py`; what is left is small
linear algebra on spans. Its value is a function of at most eight numbers, theta:

    theta = (log noise variance, log ratio, logit phi, then standard deviations of the others)

Standard deviations, not their logarithms: one that is estimated as nothing is then a minimum like
any other, in which Newton settles (Bates et al. 2015, doi:10.18637/jss.v067.i01).

The moments are expanded to second order around the current psi: value, gradient and Hessian there
are those of the exact criterion, at the price of one pass and its slopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from lowdose.trial.analyse.moments import moments_and_slopes
from lowdose.trial.analyse.small import log_determinant_and_quadratic, times, turned

__all__ = ["Parts", "Plan", "fit"]

_MOST_STEPS = 40
_TOLERANCE = 1e-4  # of the criterion, in a step whose successor would gain its square
_LIMITS = 12.0  # around the start: far beyond what a trial can tell from nothing
_LONGEST = 1.0  # step in any parameter
_FLAT = 1e-4  # curvature below this share of the largest counts as none


@dataclass(frozen=True)
class Parts:
    """Which random effects there are. All are hashable, since they shape the program.

    baseline: span 0 comes before treatment, so start and response vary together; person: there are
    several people; treatment: people differ in the effect; span: spans differ within a person.
    """

    baseline: bool
    person: bool
    treatment: bool
    span: bool

    @property
    def count(self) -> int:
        """How many numbers describe them."""
        return (3 if self.baseline else 1) * self.person + self.treatment + self.span


@dataclass(frozen=True, eq=False)
class Plan:
    """What is the same for every trial of a design; see `plan.py`.

    fixed: (columns, 1 + effects, people), from (rating, a column for each span, trend) to (rating,
    the fixed effects, the treatments' first). treated: (spans, people), 1 where the first treatment
    is given. after: (spans,), 1 after the baseline.
    """

    fixed: Any
    treated: Any
    after: Any
    parts: Parts


def _roots(theta: Any, parts: Parts, treated: Any, after: Any) -> Any:
    """A root of the covariance of a person's spans, (spans, components, people)."""
    spans, people = treated.shape
    late = jnp.broadcast_to(after[:, None], (spans, people))
    more = theta[3:]
    found = []
    if parts.person and parts.baseline:
        start, together, own = more[0], more[1], more[2]
        found += [start * (1 - late) + together * late, own * late]
        more = more[3:]
    elif parts.person:
        found.append(more[0] * jnp.ones((spans, people)))
        more = more[1:]
    if parts.treatment:
        found.append(treated * more[0])
        more = more[1:]
    if parts.span:
        found += [more[0] * late * (jnp.arange(spans) == one)[:, None] for one in range(spans)]
    if not found:
        return jnp.zeros((spans, 0, people))
    return jnp.stack(found, axis=1)


def _products(theta: Any, products: Any, plan: Any, parts: Parts) -> tuple[Any, Any]:
    """Cross-products of (rating, fixed effects) with all random effects taken out, and the log
    determinant that they add; both in units of the noise variance."""
    fixed, treated, after = plan
    spans = treated.shape[0]
    root = _roots(theta, parts, treated, after) * jnp.exp(-theta[0] / 2)
    across = turned(root)
    small = times(times(across, products[1 : spans + 1, 1 : spans + 1]), root)
    small = small + jnp.eye(small.shape[0])[:, :, None]
    half = times(products, fixed)
    log_determinant, quadratic = log_determinant_and_quadratic(
        small, times(across, half[1 : spans + 1])
    )
    whole = times(turned(fixed), half)
    return (whole - quadratic).sum(axis=-1), log_determinant.sum()


def _criterion(theta: Any, expanded: Any, plan: Any, parts: Parts, used: Any, days: Any) -> Any:
    """-2 log restricted likelihood, and what it says of the fixed effects.

    used: (effects,), 1 where a fixed effect can be told from the others; days: how many ratings.
    """
    psi0, (value, first, second) = expanded
    step = theta[1:3] - psi0
    products, log_determinant = (
        zero + one @ step + 0.5 * (two @ step) @ step
        for zero, one, two in zip(value, first, second, strict=True)
    )
    scaled, more = _products(theta, products, plan, parts)
    noise = jnp.exp(theta[0])
    inner = scaled[1:, 1:] * used[:, None] * used + jnp.diag(1 - used)
    right = scaled[1:, 0] * used
    root = jnp.linalg.cholesky(inner)
    solved = jax.scipy.linalg.cho_solve((root, True), right)
    left = scaled[0, 0] - right @ solved
    free = days - used.sum()
    deviance = (
        log_determinant
        + more
        + free * theta[0]
        + 2 * jnp.log(jnp.diagonal(root)).sum()
        + left / noise
        + free * jnp.log(2 * jnp.pi)
    )
    covariance = noise * jax.scipy.linalg.cho_solve((root, True), jnp.eye(inner.shape[0]))
    return deviance, (solved, covariance)


def _with_derivatives(
    theta: Any, columns: Any, there: Any, plan: Any, parts: Parts, used: Any
) -> tuple[Any, Any, Any, Any]:
    """The criterion, its gradient and Hessian, and the moments they rest on."""
    expanded = theta[1:3], moments_and_slopes(theta[1:3], columns, there)
    days = there.sum()

    def value(at: Any) -> Any:
        return _criterion(at, expanded, plan, parts, used, days)[0]

    return value(theta), jax.grad(value)(theta), jax.hessian(value)(theta), expanded


def _newton_step(gradient: Any, hessian: Any, damping: Any) -> Any:
    """Downhill even where the criterion bends the wrong way; flat directions move little."""
    bend, axes = jnp.linalg.eigh(hessian)
    size = jnp.maximum(jnp.abs(bend), 1e-8) + damping
    step = -axes @ ((axes.T @ gradient) / size)
    return step * jnp.minimum(1.0, _LONGEST / jnp.maximum(jnp.abs(step).max(), 1e-12))


@partial(jax.jit, static_argnames=("parts", "effects"))
def fit(
    columns: Any, there: Any, plan: Any, start: Any, used: Any, *, parts: Parts, effects: int
) -> dict[str, Any]:
    """Fit a batch of trials.

    columns: (trials, days, columns, people), there: (trials, days, people), plan: the arrays of a
    `Plan` for each trial, start: (trials, parameters), used: (trials, fixed effects). Gives, for
    each of the first `effects` fixed effects, estimate, se and Satterthwaite's df, (trials,
    effects); deviance, theta, whether it converged and after how many steps.
    """
    one = partial(_fit_one, parts=parts, effects=effects)
    found: dict[str, Any] = jax.vmap(one)(columns, there, plan, start, used)
    return found


def _fit_one(
    columns: Any, there: Any, plan: Any, start: Any, used: Any, *, parts: Parts, effects: int
) -> dict[str, Any]:
    def derivatives(theta: Any) -> Any:
        return _with_derivatives(theta, columns, there, plan, parts, used)

    def go_on(state: Any) -> Any:
        return ~state[0] & (state[1] < _MOST_STEPS)

    def step(state: Any) -> Any:
        _, count, theta, asked, known, damping = state
        new = derivatives(asked)
        better = new[0] <= known[0] + 1e-10
        gain = known[0] - new[0]
        small = jnp.abs(asked - theta).max() < 1e-7
        done = (better & (gain < _TOLERANCE)) | (small & (count > 0))
        known = jax.tree.map(lambda a, b: jnp.where(better, a, b), new, known)
        theta = jnp.where(better, asked, theta)
        much = 0.1 * jnp.abs(jnp.diagonal(known[2])).mean()
        damping = jnp.where(better, damping * 0.1, jnp.maximum(damping * 8.0, much))
        moved = theta + _newton_step(known[1], known[2], damping)
        asked = jnp.clip(moved, start - _LIMITS, start + _LIMITS)
        return done, count + 1, theta, asked, known, damping

    empty = jax.tree.map(
        lambda one: jnp.zeros(one.shape, one.dtype), jax.eval_shape(derivatives, start)
    )
    unknown = (jnp.array(jnp.inf), *empty[1:])
    first = (jnp.array(False), 0, start, start, unknown, jnp.array(0.0))
    done, steps, theta, _, known, _ = jax.lax.while_loop(go_on, step, first)
    said = _said(theta, known, plan, parts, used, there.sum(), effects)
    return {**said, "theta": theta, "deviance": known[0], "converged": done, "steps": steps}


def _said(
    theta: Any, known: Any, plan: Any, parts: Parts, used: Any, days: Any, effects: int
) -> dict[str, Any]:
    """Estimates with Satterthwaite's degrees of freedom, 2 v^2 / (g' C g).

    v: an estimate's variance, g: its slope in theta, C: twice the inverse of the Hessian, without
    directions in which the criterion is flat (a variance that is estimated as nothing).
    """
    _, _, hessian, expanded = known

    def variances(at: Any) -> Any:
        covariance = _criterion(at, expanded, plan, parts, used, days)[1][1]
        return jnp.diagonal(covariance)[:effects]

    estimate = _criterion(theta, expanded, plan, parts, used, days)[1][0]
    variance = variances(theta)
    bend, axes = jnp.linalg.eigh(hessian)
    sure = jnp.where(bend > _FLAT * jnp.maximum(bend.max(), 1e-12), 2.0 / bend, 0.0)
    along = jax.jacfwd(variances)(theta) @ axes
    df = 2 * variance**2 / jnp.maximum((along**2 * sure).sum(axis=-1), 1e-300)
    told = used[:effects] > 0
    return {
        "estimate": jnp.where(told, estimate[:effects], jnp.nan),
        "se": jnp.where(told, jnp.sqrt(variance), jnp.nan),
        "df": jnp.where(told, jnp.minimum(df, 1e6), jnp.nan),
    }
