"""What to keep in mind about a pooled effect, in plain sentences."""

from __future__ import annotations

from lowdose.evidence.pooling.values import Model, PooledMany, Test

__all__ = ["warnings_of"]

_FEW = 5


def warnings_of(model: Model, test: Test, found: PooledMany, wald: PooledMany) -> tuple[str, ...]:
    """Sentences for a batch of one; `wald` is the same with the normal test."""
    k = int(found.k[0])
    if k == 1:
        return (
            "One study alone: this is its own result, "
            "and nothing can be said of how much studies differ.",
        )
    said = []
    random = model is not Model.COMMON
    if random and k < _FEW:
        said.append(
            f"With {k} studies, how much they differ is hardly known; "
            "look at the prediction interval and at other methods as well."
        )
    if random and test is Test.Z and k < 2 * _FEW:
        said.append(
            "The normal interval takes the variance between studies as known, "
            f"so with {k} studies it is likely to be too narrow."
        )
    if test is Test.KNHA and found.se[0] < wald.se[0] and _width(found) < _width(wald):
        said.append(
            "The Hartung-Knapp interval is narrower than the normal one: "
            'these studies agree more than chance would let them. "adhoc" guards against that.'
        )
    if random and found.tau2[0] == 0 and k < 2 * _FEW:
        said.append(
            "No variance between studies was found; "
            f"with {k} studies that does not show that there is none."
        )
    return tuple(said)


def _width(found: PooledMany) -> float:
    return float(found.high[0] - found.low[0])
