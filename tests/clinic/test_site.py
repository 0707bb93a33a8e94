"""A site: its keys, its address, and what is said where something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lowdose.clinic.site import KEYS, Site, database_of, prepare_site, read_keys, site_from
from lowdose.errors import InputError


def test_a_new_site_gets_a_key_for_each_purpose_that_only_its_owner_reads(tmp_path: Path) -> None:
    site = Site(tmp_path / "clinic")
    prepare_site(site)

    keys = {name: read_keys(site, name) for name in KEYS}
    assert len(set(keys.values())) == len(KEYS)
    assert {(site.keys / f"{name}.key").stat().st_mode & 0o777 for name in KEYS} == {0o600}


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    site = Site(tmp_path)
    prepare_site(site)
    before = read_keys(site, "fields")
    prepare_site(site)

    assert read_keys(site, "fields") == before


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "clinic"

    with pytest.raises(InputError) as error:
        prepare_site(Site(folder))

    wanted = "a folder that can be made and written"
    assert str(error.value) == f"--folder: {folder}, expected {wanted}; Not a directory"


def test_a_missing_key_is_not_made_up(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        read_keys(Site(tmp_path), "audit")


def test_all_wrong_settings_are_said_together_and_no_password_is_shown() -> None:
    with pytest.raises(InputError) as caught:
        site_from(
            {
                "LOWDOSE_CLINIC_ORIGIN": "clinic.example",
                "LOWDOSE_CLINIC_DATABASE": "mysql://root:secret@host/db",
                "LOWDOSE_CLINIC_SECOND_FACTOR": "maybe",
            }
        )

    assert len(caught.value.faults) == 3
    assert "secret" not in str(caught.value)


def test_a_password_with_odd_letters_reaches_postgresql_as_it_is() -> None:
    site = Site(Path("/x"), database="postgresql://clinic:p%40ss%2Fword@db:5433/clinic")

    settings = database_of(site)
    assert (settings["PASSWORD"], settings["PORT"], settings["NAME"]) == (
        "p@ss/word",
        "5433",
        "clinic",
    )
