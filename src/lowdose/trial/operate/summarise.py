"""From what single virtual trials found to how a design does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

from lowdose.trial.operate.values import Cell, Found, Operating, measured_mean, measured_share

__all__ = ["summarised"]


def summarised(cell: Cell, parts: Sequence[Found]) -> Operating:
    """The chunks of one cell together, in the order of their numbers."""
    estimate, se, df = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("estimate", "se", "df")
    )
    rejected = np.concatenate([part.rejected for part in parts])
    trials = estimate.size
    weights = [part.estimate.size for part in parts]
    truth = float(np.average([part.truth for part in parts], weights=weights))
    good = np.isfinite(estimate) & np.isfinite(se) & (se > 0)
    half = student.ppf(0.975, df[good]) * se[good]
    off = estimate[good] - truth
    wrong = rejected & (np.sign(estimate) == -np.sign(truth)) & (truth != 0)
    asked = sum(part.asked for part in parts)
    clear = sum(part.clear for part in parts)
    return Operating(
        varied=cell.varied,
        people=cell.design.people,
        weeks=cell.design.days / 7,
        trials=trials,
        failed=trials - int(good.sum()),
        truth=truth,
        power=measured_share(int(rejected.sum()), trials),
        wrong_way=measured_share(int(wrong.sum()), trials),
        bias=measured_mean(off),
        coverage=measured_share(int((np.abs(off) <= half).sum()), int(good.sum())),
        width=measured_mean(2 * half),
        used=measured_mean(np.concatenate([part.people for part in parts]).astype(np.float64)),
        person_weeks=measured_mean(np.concatenate([part.person_days for part in parts]) / 7),
        clear=measured_share(clear, asked) if asked else None,
        wrong_answers=(
            measured_share(sum(part.wrong for part in parts), clear) if asked and clear else None
        ),
    )
