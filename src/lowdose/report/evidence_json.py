"""The evidence as objects that `json.dumps(..., allow_nan=False)` accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from lowdose.evidence.pooling.values import Pooled, Test
from lowdose.evidence.views import Views
from lowdose.report.evidence_text import Pool

__all__ = ["plain", "pool_json"]


def plain(value: Any) -> Any:
    """Records as dictionaries, words as text; what was not seen is left out.

    >>> from lowdose.evidence.catalogue import find_study
    >>> plain(find_study("smith2011"))["publication"]["year"]
    2011
    """
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        named = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in named.items() if one not in (None, "", [])}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def pool_json(what: Pool, views: Views) -> dict[str, Any]:
    """A pooled answer, the two other usual ones beside it, and the studies."""
    studies = zip(what.studies, what.values, what.variances, views.asked.weights, strict=True)
    return {
        "heading": what.heading,
        "measure": what.measure,
        "is_log": what.is_log,
        **_pooled(views.asked),
        "normal_test": _pooled(views.normal),
        "common_effect": _pooled(views.common),
        "studies": [
            {"study": study, "effect": value, "se": math.sqrt(variance), "weight_percent": weight}
            for study, value, variance, weight in studies
        ],
        "notes": list(what.notes),
        "left_out": [{"study": study, "reasons": why} for study, why in what.left_out],
    }


def _pooled(found: Pooled) -> dict[str, Any]:
    statistic = "z" if found.test is Test.Z else "t"
    return {
        "k": found.k,
        "model": found.model.value,
        "test": found.test.value,
        "estimate": found.estimate,
        "se": found.se,
        "interval95": list(found.interval),
        # effects that agree to the last digit have no spread to be divided by
        statistic: found.statistic if math.isfinite(found.statistic) else None,
        "p": found.p,
        "tau2": found.tau2,
        "i2": found.i2,
        "h2": found.h2,
        "q": found.q,
        "q_p": found.q_p,
        "prediction_interval95": list(found.prediction),
        "warnings": list(found.warnings),
    }
