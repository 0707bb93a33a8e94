"""The command `lowdose`: one command a file, each loaded only when it is called.

What reaches the person: results on standard output; notes, warnings and errors on standard error;
exit status 0 done, 1 something to put right, 2 wrong usage, 3 where somebody should look
(`clinic check --alerts`). No traceback, unless LOWDOSE_DEBUG=1: it would show patient data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import click

from lowdose import __version__
from lowdose.cli.output import forgive_missing_letters
from lowdose.errors import LowdoseError

__all__ = ["cli", "main"]

# name: what it does. The names are those of the modules, so that help loads none of them.
_COMMANDS = {
    "plan": "Plan a titration: doses, safety, preparation, what to expect.",
    "simulate": "What a regimen would do under one hypothesis, in one person or many.",
    "diary": "Check a diary file, convert it, or make an empty one.",
    "answer": "What a diary says: does it work, at which dose, what next.",
    "pool": "Many people's courses together, without sharing a diary.",
    "trial": "Design a trial, learn what it can settle, draw, run, analyse, report it.",
    "serve": "The clinic application: courses, pharmacy, diaries, answers.",
    "clinic": "Back up, restore and check the clinic; its people; retention.",
    "evidence": "What others found: studies, pooled effects, what claims are worth.",
    "doctor": "Whether all is installed and works here; how to mend what does not.",
}
_INTERRUPTED = 130


class _LazyGroup(click.Group):
    """A group that knows its commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"lowdose.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            near = get_close_matches(name, _COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"commands: {', '.join(_COMMANDS)}"
            ctx.fail(f"No such command {name!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group("lowdose", cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lowdose")
def cli() -> None:
    """Plan low-dose naltrexone, keep a diary, and learn honestly whether it works.

    It supports, and does not replace, the judgement of those who treat.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    forgive_missing_letters()
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=arguments, prog_name="lowdose", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LowdoseError as error:
        click.echo(str(error), err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except OSError as error:  # files people name are checked where they are opened and written
        if not isinstance(error, BrokenPipeError):
            click.echo(f"The output could not be written: {error.strerror or 'unknown'}.", err=True)
        _close_quietly()
        return 1
    except Exception as error:
        if os.environ.get("LOWDOSE_DEBUG") == "1":
            raise
        click.echo(_unexpected(error), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _unexpected(error: Exception) -> str:
    """Names the kind of the error only: its text could hold patient data."""
    kind = type(error).__name__
    return f"Something went wrong that should not ({kind}). Please report it, with what you typed."


def _close_quietly() -> None:
    """Whoever read our output has gone; keep Python from complaining about it on the way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    main()
