"""A simulation as an xarray Dataset, and as a NetCDF file: numbers with their names and units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowdose import __version__
from lowdose.mechanism.chain import OUTPUTS
from lowdose.population.simulate import QUANTILES, Simulated
from lowdose.report.files import whole_file

__all__ = ["save_dataset", "simulation_dataset"]

Numbers = NDArray[np.float64]
_NAMES = {**OUTPUTS, "symptom": "rating from 0 to 10, lower is better"}
_TYPICAL = "_typical"


def simulation_dataset(
    simulated: Simulated, doses_mg: Sequence[float] | Numbers | None = None
) -> Any:
    """Give a simulation as an `xarray.Dataset`.

    Each output is there twice: by quantile over people, (quantile, day), and for the typical
    person, (day,), with `_typical` at the end of its name. Hourly simulations have `hour` instead
    of `day`. doses_mg: (days,), as they went into the simulation, become `dose_mg` over `day`.
    Every variable has `long_name` and `units`; the Dataset says what was simulated and how.

    >>> import lowdose as ld
    >>> made = ld.simulation_dataset(ld.simulate([4.5] * 14, people=10, hypothesis="none"))
    >>> dict(made.sizes)
    {'quantile': 5, 'day': 14}
    >>> made.symptom.sel(quantile=0.5).attrs["units"]
    'points of 10'
    """
    import xarray

    time = "day" if simulated.hours is None else "hour"
    variables: dict[str, Any] = {}
    for name, values in simulated.quantiles.items():
        said = _attributes(name)
        variables[name] = (("quantile", time), values, said)
        said = {**said, "long_name": f"{said['long_name']}; typical person"}
        variables[name + _TYPICAL] = ((time,), simulated.typical[name], said)
    if doses_mg is not None:
        said = {"long_name": "naltrexone planned for the day", "units": "mg"}
        variables["dose_mg"] = (("day",), np.asarray(doses_mg, dtype=np.float64), said)
    return xarray.Dataset(variables, _places(simulated, doses_mg is not None), _about(simulated))


def save_dataset(dataset: Any, path: str | Path) -> None:
    """Write a Dataset as a NetCDF file (version 3, which every reader knows), whole or not at all.

    Raises:
        OutputError: the file could not be written; what was there before is kept.
    """
    with whole_file(path) as place:
        dataset.to_netcdf(place, engine="scipy")


def _places(simulated: Simulated, with_doses: bool) -> dict[str, Any]:
    """Coordinates; days are counted from 1, hours are those since the first dose."""
    found: dict[str, Any] = {
        "quantile": ("quantile", np.array(QUANTILES), {"long_name": "share of people below"})
    }
    if simulated.hours is None or with_doses:
        days = np.arange(1, simulated.days + 1, dtype=np.int32)
        found["day"] = ("day", days, {"long_name": "day of the regimen, from 1"})
    if simulated.hours is not None:
        about = {"long_name": "hours since the first dose", "units": "h"}
        found["hour"] = ("hour", simulated.hours, about)
    return found


def _attributes(name: str) -> dict[str, str]:
    return {"long_name": _NAMES.get(name, name.replace("_", " ")), "units": _unit(name)}


def _unit(name: str) -> str:
    """The unit of an output; 1 for a share or a ratio, as NetCDF's conventions have it.

    >>> _unit("naltrexone_max_ng_ml"), _unit("symptom"), _unit("relief")
    ('ng/mL', 'points of 10', '1')
    """
    if name.endswith("_ng_ml"):
        return "ng/mL"
    return "points of 10" if name == "symptom" else "1"


def _about(simulated: Simulated) -> dict[str, Any]:
    return {
        "title": "A simulation under a hypothesis that nobody has proved, not a forecast",
        "hypothesis": simulated.hypothesis,
        "structure": simulated.structure,
        "condition": simulated.condition,
        "people": np.int32(simulated.people),
        "seed": str(simulated.seed),  # NetCDF 3 has no whole numbers above 2^31
        "device": simulated.device,
        "version": __version__,
        "sources": "\n".join(simulated.sources),
    }
