"""Write the pages that must not lag: the references and the validation report from the program,
benchmarks.md and its picture from the results of the benchmarks.

python docs/generate.py [FOLDER [PAGE ...]]    write them, or these, there; or beside this file
tests/test_docs.py                             fails while they are not what this would write
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import click
from benchmarks_page import benchmarks_page, benchmarks_picture

import lowdose

HERE = Path(__file__).parent
_WIDTH = 88
_LONG_DEFAULT = 60
_EXAMPLE = re.compile(r"^( *)>>> ")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def cli_page() -> str:
    """Every command with its help, word for word."""
    from lowdose.cli.main import cli

    head = (
        "# Commands\n\n"
        "Every command prints its results on standard output; notes, warnings and errors go to "
        "standard error.\n"
        "It ends with status 0 when done, 1 when there is something to put right, 2 when it was "
        "called wrongly, 3 when `lowdose clinic check --alerts` found something that wants "
        "attention.\n"
        "`-` as a file name means standard input or output.\n"
        "A file is written whole or not at all.\n"
    )
    parts = [
        f"{'#' * min(depth + 2, 4)} {path}\n\n```text\n{text}\n```\n"
        for depth, path, text in _helps(cli, "lowdose", None)
    ]
    return "\n".join([head, *parts])


def _helps(
    command: click.Command, name: str, above: click.Context | None
) -> Iterator[tuple[int, str, str]]:
    settings: dict[str, Any] = {**command.context_settings, "help_option_names": ["-h", "--help"]}
    context = click.Context(
        command, info_name=name, parent=above, terminal_width=_WIDTH, **settings
    )
    path = context.command_path
    yield path.count(" "), path, _trimmed(command.get_help(context))
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            assert inner is not None
            yield from _helps(inner, each, context)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def api_page() -> str:
    """Every public name with its signature and its docstring."""
    head = (
        "# Python\n\n"
        "`import lowdose as ld`; these are all its public names.\n"
        "Each loads when it is first used, so that importing the package is quick.\n"
        "Everything that can go wrong is a `LowdoseError` that says what was "
        "wrong, what was expected and what to do.\n"
    )
    names = [name for name in lowdose.__all__ if not name.startswith("__")]
    things = [(name, getattr(lowdose, name)) for name in names]
    within = [
        (f"evidence.{name}", getattr(lowdose.evidence, name)) for name in lowdose.evidence.__all__
    ]
    return "\n".join([head, *(_entry(name, thing) for name, thing in [*things, *within])])


def _entry(name: str, thing: Any) -> str:
    signature = f"```text\n{_call(name, thing)}\n```\n\n" if callable(thing) else ""
    prose = "\n\n".join(_blocks(inspect.getdoc(thing) or ""))
    where = f"From `{thing.__module__}`.\n" if hasattr(thing, "__module__") else ""
    return f"## {name}\n\n{signature}{prose}\n\n{where}"


def _call(name: str, thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except ValueError:  # an exception without a beginning of its own has none
        return f"ld.{name}"
    written = str(_bare(signature, is_class=isinstance(thing, type)))
    return _wrapped(f"ld.{name}{_ADDRESS.sub('', written)}")


class _Written(str):
    """An annotation that is printed as it was written, without quotation marks."""

    def __repr__(self) -> str:
        return str(self)


def _bare(signature: inspect.Signature, *, is_class: bool) -> inspect.Signature:
    """Annotations as written, long defaults cut short; a class says by its name what it makes."""

    def written(annotation: Any) -> Any:
        return _Written(annotation) if isinstance(annotation, str) else annotation

    def short(default: Any) -> Any:
        if isinstance(default, Enum):
            return _Written(f"{type(default).__name__}.{default.name}")
        is_long = default is not inspect.Parameter.empty and len(repr(default)) > _LONG_DEFAULT
        return _Written(f"{type(default).__name__}(...)") if is_long else default

    parameters = [
        each.replace(annotation=written(each.annotation), default=short(each.default))
        for each in signature.parameters.values()
    ]
    returned = signature.empty if is_class else written(signature.return_annotation)
    return signature.replace(parameters=parameters, return_annotation=returned)


def _wrapped(signature: str) -> str:
    """One argument a line where the signature is long."""
    if len(signature) <= _WIDTH:
        return signature
    opening, _, rest = signature.partition("(")
    inside, closing, returned = rest.rpartition(")")
    parts = _split_arguments(inside)
    return f"{opening}(\n" + "".join(f"    {part},\n" for part in parts) + f"{closing}{returned}"


def _split_arguments(inside: str) -> list[str]:
    parts, depth, quoted = [""], 0, False
    for letter in inside:
        quoted ^= letter == "'"
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _blocks(docstring: str) -> Iterator[str]:
    """The paragraphs of a docstring: examples and whatever is indented stay as they are."""
    for block in re.split(r"\n{2,}", docstring.strip("\n")):
        lines = block.splitlines()
        if _EXAMPLE.match(lines[0]):
            yield "```pycon\n" + inspect.cleandoc(block) + "\n```"
        elif all(line.startswith("    ") for line in lines):
            yield "```text\n" + inspect.cleandoc(block) + "\n```"
        elif lines[0].endswith(":") and len(lines) > 1 and lines[1].startswith("    "):
            yield f"{lines[0]}\n\n" + "\n".join(_items(lines[1:]))
        else:
            yield block


def _items(lines: list[str]) -> Iterator[str]:
    """`name: what it is` lines as a list; deeper lines go on with the item above."""
    for line in lines:
        if line.startswith("     "):
            yield "  " + line.strip()
        else:
            name, colon, text = line.strip().partition(": ")
            yield f"- `{name}`: {text}" if colon else f"- {line.strip()}"


def parameters_page() -> str:
    """Every parameter of the mechanism, the outputs and the hypotheses, from their tables."""
    from lowdose.mechanism.blockade import STRUCTURES
    from lowdose.mechanism.chain import OUTPUTS
    from lowdose.mechanism.hypotheses import HYPOTHESES
    from lowdose.mechanism.parameters import PARAMETERS

    head = (
        "# Parameters\n\n"
        "Every number of [the mechanism](equations.md). *People* is how much people differ and "
        "*unsure* how little is known of the typical value, both as standard deviations of the "
        "natural logarithm.\n"
        "Ids such as PK56 are [facts](../facts.md).\n"
    )
    parameters = (
        (
            f"`{one.name}`",
            one.about,
            f"{one.typical:g} {one.unit}",
            one.people,
            one.unsure,
            one.source,
        )
        for one in PARAMETERS.values()
    )
    names = ("parameter", "what it is", "typical", "people", "unsure", "source")
    accounts = ((f"`{one.name}`", one.about, one.record) for one in HYPOTHESES.values())
    blockades = ((f"`{one.name}`", one.about) for one in STRUCTURES.values())
    outputs = ((f"`{name}`", about) for name, about in OUTPUTS.items())
    return "\n".join(
        [
            head,
            _table(names, parameters),
            "## Hypotheses\n",
            _table(("name", "what it says", "what the record says"), accounts),
            "## Structures of blockade\n",
            _table(("name", "what it says"), blockades),
            "## Outputs\n",
            _table(("name", "what it is"), outputs),
        ]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _validation_page() -> str:
    from validation_report import validation_page

    return validation_page()


PAGES = {
    "reference/commands.md": cli_page,
    "reference/python.md": api_page,
    "mechanism/parameters.md": parameters_page,
    "validation/report.md": _validation_page,
    "benchmarks.md": benchmarks_page,
    "pictures/benchmarks.svg": benchmarks_picture,
}


def main(folder: Path = HERE, *names: str) -> None:
    """Write the named pages, or every one."""
    for name in names or PAGES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PAGES[name](), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]), *sys.argv[2:])
