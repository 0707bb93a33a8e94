"""The data of a trial as files: one diary file with a person column, and who got which sequence."""

from __future__ import annotations

import csv
import io

import numpy as np

from lowdose.trial.design.timeline import timeline
from lowdose.trial.run.values import TrialData

__all__ = ["allocation_csv", "diaries_csv"]


def diaries_csv(data: TrialData, *, treatments: bool = True) -> str:
    """The first trial's ratings as CSV that `lowdose trial analyse` and `lowdose diary` read.

    A row for each day that somebody was there; treatments: say on each row what was given.
    """
    laid = timeline(data.design)
    symptom = data.design.outcome.symptom
    keys = np.array([one.key for one in data.design.treatments])
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["person", "day", *(["treatment", "dose_mg"] if treatments else []), symptom])
    for number, name in enumerate(_names(data)):
        given = keys[laid.treatment[max(int(data.sequence[0, number]), 0)]]
        for day in range(int(data.days_in[0, number])):
            rating = data.rating[0, number, day]
            said = [given[day], f"{data.taken_mg[0, number, day]:g}"] if treatments else []
            rows.writerow([name, day + 1, *said, "" if np.isnan(rating) else f"{rating:g}"])
    return out.getvalue()


def allocation_csv(data: TrialData) -> str:
    """Who got which sequence, of the first trial; those who were not allocated are left out."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["person", "sequence"])
    for name, place in zip(_names(data), data.sequence[0], strict=True):
        if place >= 0:
            rows.writerow([name, data.design.sequences[int(place)].name])
    return out.getvalue()


def _names(data: TrialData) -> tuple[str, ...]:
    width = len(str(data.sequence.shape[1]))
    return data.names or tuple(
        f"virtual-{number + 1:0{width}d}" for number in range(data.sequence.shape[1])
    )
