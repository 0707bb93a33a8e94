"""How designs did over many virtual trials, as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lowdose.trial.operate.values import Measured, Operating

__all__ = ["best_json", "power_json"]


def power_json(found: Sequence[Operating], *, seed: int) -> dict[str, Any]:
    """One object: a list of cells, every measured number as {value, error}."""
    return {"seed": seed, "cells": [_cell(one) for one in found]}


def best_json(found: Sequence[tuple[str, Operating]], *, seed: int) -> dict[str, Any]:
    """Designs of one budget, the most powerful first."""
    return {"seed": seed, "designs": [{"design": name, **_cell(one)} for name, one in found]}


def _cell(one: Operating) -> dict[str, Any]:
    return {
        name: _plain(value) if not isinstance(value, Measured) else asdict(value)
        for name, value in {
            **vars(one),
            "people_per_clear_answer": one.people_per_clear_answer,
        }.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return dict(value) if hasattr(value, "items") else value
