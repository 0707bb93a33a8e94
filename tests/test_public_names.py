"""The package's public names: the same for type checkers as for those who run it, and all there."""

from __future__ import annotations

import ast
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import lowdose
from lowdose import evidence

NAMES = [name for name in lowdose.__all__ if not name.startswith("__")]


def names_for_type_checkers(file: str = lowdose.__file__) -> dict[str, str]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    return {
        alias.asname or alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_type_checkers_see_every_public_name_and_no_other() -> None:
    assert sorted(names_for_type_checkers()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(lowdose, name) is not None


def test_type_checkers_and_readers_get_the_same_thing() -> None:
    for name, module in names_for_type_checkers().items():
        found = getattr(__import__(module, fromlist=[name]), name)
        assert getattr(lowdose, name) is found, name


def test_an_unknown_name_is_an_attribute_error_that_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="read_diary"):
        lowdose.nonsense  # noqa: B018


def test_the_names_are_listed_for_completion() -> None:
    assert set(NAMES) <= set(dir(lowdose))


def test_the_evidence_has_names_of_its_own_for_people_and_type_checkers() -> None:
    assert sorted(names_for_type_checkers(evidence.__file__)) == sorted(evidence.__all__)
    for name, module in names_for_type_checkers(evidence.__file__).items():
        found = getattr(__import__(module, fromlist=[name]), name)
        assert getattr(lowdose.evidence, name) is found, name


def test_a_file_of_the_same_name_does_not_take_the_place_of_a_public_name() -> None:
    for name in evidence.__all__:
        with suppress(ModuleNotFoundError):
            import_module(f"lowdose.evidence.{name}")
        assert not isinstance(getattr(evidence, name), ModuleType), name


def test_an_unknown_name_of_the_evidence_lists_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="find_study"):
        lowdose.evidence.nonsense  # noqa: B018
