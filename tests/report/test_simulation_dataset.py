"""A simulation as a Dataset: named, with units, and the same again from its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray

from lowdose import __version__
from lowdose.errors import OutputError
from lowdose.population.simulate import Simulated, simulate
from lowdose.report.simulation_dataset import save_dataset, simulation_dataset

DOSES = [1.5] * 3 + [3.0] * 4


@pytest.fixture(scope="module")
def found() -> Simulated:
    return simulate(DOSES, people=20, seed=2**40)


def test_every_output_is_there_by_quantile_and_for_the_typical_person(found: Simulated) -> None:
    made = simulation_dataset(found)

    for name, values in found.quantiles.items():
        assert made[name].dims == ("quantile", "day")
        assert np.array_equal(made[name], values)
        assert np.array_equal(made[f"{name}_typical"], found.typical[name])


def test_a_quantile_and_a_day_can_be_asked_for_by_name(found: Simulated) -> None:
    made = simulation_dataset(found, DOSES)

    assert made.symptom.sel(quantile=0.5, day=7) == found.quantiles["symptom"][2, 6]
    assert made.dose_mg.sel(day=4) == 3.0


def test_every_variable_has_a_name_and_a_unit(found: Simulated) -> None:
    made = simulation_dataset(found, DOSES)

    assert all(one.attrs["long_name"] and one.attrs["units"] for one in made.data_vars.values())
    assert made.naltrexone_max_ng_ml.attrs["units"] == "ng/mL"


def test_it_says_what_was_simulated_and_how(found: Simulated) -> None:
    said = simulation_dataset(found).attrs

    assert (said["hypothesis"], said["structure"]) == ("rebound", "biophase")
    assert (said["seed"], said["version"]) == (str(2**40), __version__)
    assert said["device"] == found.device


def test_hours_have_an_axis_of_their_own() -> None:
    made = simulation_dataset(simulate(DOSES[:2], people=3, hourly=True), DOSES[:2])

    assert dict(made.sizes) == {"quantile": 5, "hour": 48, "day": 2}
    assert made.relief.dims == ("quantile", "hour")
    assert made.hour[-1] == 48


def test_the_file_gives_back_the_same(found: Simulated, tmp_path: Path) -> None:
    made = simulation_dataset(found, DOSES)
    save_dataset(made, tmp_path / "found.nc")

    with xarray.open_dataset(tmp_path / "found.nc", engine="scipy") as again:
        xarray.testing.assert_identical(again.load(), made)


def test_what_fails_leaves_the_old_file(
    found: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "found.nc"
    path.write_text("what was there")

    def half(self: xarray.Dataset, place: Path, **_: object) -> None:
        place.write_text("half")
        raise RuntimeError

    monkeypatch.setattr(xarray.Dataset, "to_netcdf", half)
    with pytest.raises(RuntimeError):
        save_dataset(simulation_dataset(found), path)

    assert [each.name for each in tmp_path.iterdir()] == ["found.nc"]
    assert path.read_text() == "what was there"


def test_a_folder_that_is_not_there_is_told(found: Simulated, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        save_dataset(simulation_dataset(found), tmp_path / "no" / "found.nc")
