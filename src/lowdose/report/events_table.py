"""Predictions at the records of a data set, as a table: the file's own columns, then ours.

Cells of the file stay as they were written; predictions have six figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lowdose.errors import Fault, InputError
from lowdose.mechanism.events_levels import PREDICTIONS
from lowdose.mechanism.events_read import cells_of
from lowdose.population.predict_events import Predicted
from lowdose.population.summary import QUANTILES

__all__ = ["check_columns", "predicted_csv"]

Numbers = NDArray[np.float64]
_SHARES = {"p05": 0.05, "median": 0.5, "p95": 0.95}


def check_columns(text: str, *, source: str = "") -> None:
    """Refuse a file that already has a column of a name that we write.

    Raises `InputError` naming every such column.
    """
    header = next(iter(cells_of(text).values()), ())
    ours = {*PREDICTIONS, *(f"{name}_{share}" for name in PREDICTIONS for share in _SHARES)}
    faults = [
        Fault("header", name, "no column of that name: it is written here", "rename it")
        for name in header
        if name.lower() in ours
    ]
    if faults:
        raise InputError(faults, source)


def predicted_csv(text: str, predicted: Predicted) -> str:
    """The data set of this text with the predictions behind its columns; comments are left out.

    >>> from lowdose.mechanism.events_read import parse_events
    >>> from lowdose.population.predict_events import predict_events
    >>> text = "id,TIME,AMT\\n1,0,4.50\\n1,24,.\\n"
    >>> print(predicted_csv(text, predict_events(parse_events(text))), end="")
    id,TIME,AMT,naltrexone_ng_ml,naltrexol_ng_ml,blockade_central
    1,0,4.50,0,0,0
    1,24,.,0.0025308,2.15721,0.362125
    """
    cells = cells_of(text)
    columns = dict(_columns(predicted))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*next(iter(cells.values())), *columns])
    for place, record in enumerate(predicted.table.records):
        writer.writerow([*cells[record.row], *(f"{each[place]:.6g}" for each in columns.values())])
    return written.getvalue()


def _columns(predicted: Predicted) -> Iterator[tuple[str, Numbers]]:
    """The typical person's predictions, then quantiles over people."""
    yield from predicted.typical.items()
    for name, quantiles in predicted.quantiles.items():
        for share, value in _SHARES.items():
            yield f"{name}_{share}", quantiles[QUANTILES.index(value)]
