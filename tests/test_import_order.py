"""The folders import each other left to right only, as the package's docstring says.

Walks the source, so that imports inside functions count as well.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import lowdose

PACKAGE = Path(lowdose.__file__).parent
ORDER = [
    name.strip()
    for line in (lowdose.__doc__ or "").splitlines()
    if line.strip().startswith(("errors |", "| "))
    for name in line.strip().strip("|").split("|")
]


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def nodes(tree: ast.AST, *, deferred: bool) -> Iterator[ast.AST]:
    """Everything in a file; without `deferred`, only what runs when the file is imported."""
    later = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for node in ast.iter_child_nodes(tree):
        yield node
        if deferred or not isinstance(node, later):
            yield from nodes(node, deferred=deferred)


def imported(module: str, *, deferred: bool = True) -> Iterator[str]:
    """Every module of the package that `module` imports."""
    path = SOURCES[module]
    within = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in nodes(ast.parse(path.read_text(encoding="utf-8")), deferred=deferred):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in SOURCES)
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(relative, within) if node.level else relative
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in SOURCES else base for name in names if base in SOURCES)


def stage(module: str) -> str:
    """The folder (or top-level file) a module belongs to; "" for the package itself."""
    return [*module.split("."), ""][1]


def test_every_folder_has_its_place_in_the_order() -> None:
    folders = {stage(module) for module in SOURCES} - {""}

    assert folders == set(ORDER)


def test_folders_import_left_to_right_only() -> None:
    wrong = [
        f"{module} imports {other}"
        for module in SOURCES
        for other in imported(module)
        if stage(module) and stage(other) and ORDER.index(stage(other)) > ORDER.index(stage(module))
    ]

    assert wrong == []


def test_no_stage_needs_the_public_door() -> None:
    """`from lowdose import __version__` is all that the stages may take from the top."""
    wrong = [
        f"{module} imports {alias.name} from lowdose"
        for module, path in SOURCES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "lowdose"
        for alias in node.names
        if alias.name != "__version__" and f"lowdose.{alias.name}" not in SOURCES
    ]

    assert wrong == []


def test_there_is_no_import_cycle() -> None:
    graph = {m: set(imported(m, deferred=False)) - {"lowdose", m} for m in SOURCES}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(reversed(error.args[1]))) from None
