"""Write analysis data sets as CSV and SAS transport files, with a list of their variables.

The list (`define.json`, and `README.md` for people) stands where a define.xml would: every variable
with its label, type, length and how it is come by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lowdose.errors import OutputError
from lowdose.report.files import whole_file, write_whole
from lowdose.report.trial_datasets import DataSet, Variable, adam
from lowdose.trial.run.values import TrialData

__all__ = ["define_json", "readme", "write_adam"]

_MOST_BYTES = 200  # of a text in a transport file of version 5

_README = """# Analysis data sets

In the shape of CDISC ADaM (Implementation Guide 1.3); each as `.csv` and as SAS transport file,
version 5. Days count from 1, the first day of the trial. A baseline needs ratings on a quarter of
its days. Doses are mg of naltrexone. Actual treatments repeat the planned ones, since only doses
taken are recorded.
"""


def write_adam(
    folder: str | Path,
    data: TrialData,
    *,
    study: str = "",
    starts: Mapping[str, date] | None = None,
) -> tuple[Path, ...]:
    """Write adsl and addiary as .csv and .xpt, and define.json and README.md, into a folder.

    The folder is made where there is none. Transport files are version 5: names of at most 8 and
    labels of at most 40 letters, texts of at most 200 bytes (longer ones are cut there).

    Raises:
        InputError: see `adam`.
        OutputError: a file could not be written.
    """
    sets = adam(data, study=study, starts=starts)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{target}: the folder could not be made") from error
    written = []
    for one in sets.values():
        stem = target / one.name.lower()
        write_whole(stem.with_suffix(".csv"), one.frame.write_csv())
        _write_xpt(one, stem.with_suffix(".xpt"))
        written += [stem.with_suffix(".csv"), stem.with_suffix(".xpt")]
    write_whole(target / "define.json", define_json(sets))
    write_whole(target / "README.md", readme(sets))
    return (*written, target / "define.json", target / "README.md")


def _write_xpt(one: DataSet, path: Path) -> None:
    import pyreadstat

    with whole_file(path) as place:
        pyreadstat.write_xport(
            _for_transport(one),
            str(place),
            file_label=one.label,
            column_labels=[variable.label for variable in one.variables],
            table_name=one.name,
            file_format_version=5,
            variable_format={
                variable.name: "DATE9" for variable in one.variables if variable.kind == "date"
            },
        )


def _for_transport(one: DataSet) -> Any:
    """The frame with texts that fit: none missing, none too long."""
    import polars

    frame = one.frame.with_columns(polars.col(polars.String).fill_null(""))
    sizes = frame.select(polars.col(polars.String).str.len_bytes().max()).row(0, named=True)
    return frame.with_columns(
        polars.col(name).map_elements(_fitting, return_dtype=polars.String)
        for name, size in sizes.items()
        if (size or 0) > _MOST_BYTES
    )


def _fitting(text: str) -> str:
    """At most 200 bytes, no letter cut in two.

    >>> len(_fitting("é" * 150)), _fitting("LP")
    (100, 'LP')
    """
    return text.encode()[:_MOST_BYTES].decode(errors="ignore")


def define_json(sets: Mapping[str, DataSet]) -> str:
    """All data sets with their variables, as JSON."""
    said = {"standard": "ADaMIG 1.3", "datasets": [_described(one) for one in sets.values()]}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _described(one: DataSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "structure": one.structure,
        "key": list(one.key),
        "rows": len(one.rows),
        "variables": [
            {
                "name": variable.name,
                "label": variable.label,
                "type": variable.kind,
                "length": _length(one, variable),
                "derivation": variable.origin,
            }
            for variable in one.variables
        ],
    }


def _length(one: DataSet, variable: Variable) -> int:
    """Bytes: eight for numbers and dates, else those of the longest text."""
    if variable.kind != "text":
        return 8
    texts = (row[variable.name] or "" for row in one.rows)
    return min(_MOST_BYTES, max((len(text.encode()) for text in texts), default=0) or 1)


def readme(sets: Mapping[str, DataSet]) -> str:
    """The same for people, in Markdown."""
    parts = [_README]
    for one in sets.values():
        lines = [f"| {v.name} | {v.label} | {v.kind} | {v.origin} |" for v in one.variables]
        head = (
            f"## {one.name}: {one.label}\n\n{one.structure[:1].upper()}{one.structure[1:]}; "
            f"{len(one.rows)} rows; told apart by {', '.join(one.key)}.\n\n"
            "| variable | label | type | how it is come by |\n| --- | --- | --- | --- |\n"
        )
        parts.append(head + "\n".join(lines) + "\n")
    return "\n".join(parts)
