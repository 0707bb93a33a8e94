"""The measurements of `benchmarks/` as modules, so that tests and tables use the same code."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
