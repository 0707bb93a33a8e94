"""Write the data sets that the tests check to a folder, for R: trial_adam_files.py FOLDER."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

from report_trials import data_of, design_of

from lowdose.report.trial_datasets_write import write_adam

STUDY = "LDN-1"
STARTS = {f"P{number:03d}": date(2026, 1, 5) + timedelta(days=number) for number in range(1, 9)}


def write(folder: str | Path) -> tuple[Path, ...]:
    """Write the crossover's data sets."""
    return write_adam(folder, data_of(design_of("crossover")), study=STUDY, starts=STARTS)


if __name__ == "__main__":
    write(sys.argv[1])
