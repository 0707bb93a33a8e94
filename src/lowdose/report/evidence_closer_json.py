"""A closer look at a pooled answer as an object that `json.dumps(..., allow_nan=False)` accepts."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from lowdose.evidence.pooling.closer import Closer
from lowdose.evidence.pooling.regression import Regression
from lowdose.evidence.pooling.sensitivity import Subgroups
from lowdose.evidence.pooling.values import PooledMany
from lowdose.report.evidence_text import Pool

__all__ = ["closer_json", "regression_json", "subgroups_json"]


def closer_json(what: Pool, found: Closer, prior: str) -> dict[str, Any]:
    """Everything that there is beside a pooled effect; what there is not is null."""
    return {
        "spread": _numbers(found.spread),
        "tau_prior": prior or None,
        "bayes": _numbers(found.bayes),
        "exact_likelihood": _numbers(found.rare),
        "without_each": _rows(what.studies, found.left_out),
        "one_after_the_other": _rows([what.studies[at] for at in found.order], found.growing),
        "egger": _numbers(found.egger),
        "begg": _numbers(found.begg),
        "trim_and_fill": _numbers(found.filled),
        "not_given": list(found.missing),
    }


def subgroups_json(found: Subgroups, column: str) -> dict[str, Any]:
    """Each group pooled on its own, and the test that they are the same."""
    groups = {name: _numbers(one) for name, one in found.groups.items()}
    rest = {"q_between": found.q_between, "df": found.df, "p": found.p}
    return {"column": column, "groups": groups, **rest}


def regression_json(found: Regression, column: str) -> dict[str, Any]:
    """The whole regression."""
    return {"column": column, **_numbers(found)}


def _rows(names: Any, found: PooledMany | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    keys = ("k", "estimate", "se", "low", "high", "p", "tau2", "i2")
    columns = [getattr(found, key).tolist() for key in keys]
    return [
        {"study": name, **{key: _numbers(one) for key, one in zip(keys, row, strict=True)}}
        for name, row in zip(names, zip(*columns, strict=True), strict=True)
    ]


def _numbers(value: Any) -> Any:
    """Plain numbers; what is not finite is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _numbers(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [_numbers(one) for one in value]
    return value
