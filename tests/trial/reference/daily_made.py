"""Make the ratings that daily.R analyses: python tests/trial/reference/daily_made.py"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def made(seed: int, people: int, spans: int, days: int) -> list[str]:
    """Rows of person, day, span, treatment (0 or 1) and rating, a tenth of the days missing."""
    chance = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        order = person % 2
        swing = 0.0
        start = chance.normal(5, 1.2)
        for span in range(spans):
            own = chance.normal(0, 0.5)
            given = (span + order) % 2 if spans > 1 else order
            for day in range(days):
                swing = 0.7 * swing + chance.normal(0, 0.6)
                rating = start + own + 0.3 * span - 0.8 * given + swing + chance.normal(0, 0.5)
                if chance.random() > 0.1:
                    rows.append(f"{person},{span * days + day + 1},{span},{given},{rating:.3f}")
    return rows


for name, numbers in {"parallel": (5, 12, 1, 28), "crossover": (6, 10, 2, 21)}.items():
    text = "\n".join(["person,day,span,given,rating", *made(*numbers)])
    (HERE / f"daily_{name}.csv").write_text(text + "\n", encoding="utf-8")
