"""`lowdose evidence certainty`: how sure a pooled answer is, and why not surer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lowdose.cli.output import put_json
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.evidence.certainty.values import Judgement

__all__ = ["command"]


@click.command("certainty")
@click.option("--condition", required=True, metavar="NAME", help="Whose trials.")
@click.option("--outcome", required=True, metavar="NAME", help="On what: pain, fatigue, ...")
@click.option("--measure", metavar="NAME", help="md, smd, rr, or, rd; default: the usual one.")
@click.option(
    "--judgements", metavar="FILE.toml", help="What a person judged otherwise than the rules."
)
@click.option(
    "--everything", is_flag=True, help="Also what stays out by default, and marked as such."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(
    condition: str,
    outcome: str,
    measure: str | None,
    judgements: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Say how sure a pooled answer is, and what takes certainty away.

    Written rules in the manner of GRADE read the records of the trials; they are an aid, not the
    judgement of a panel. A file of judgements overrules them, and both are shown.

    \b
    Examples:
      lowdose evidence certainty --condition fibromyalgia --outcome pain
      lowdose evidence certainty --condition MS --outcome mood --judgements mine.toml
    """
    from lowdose.evidence.certainty.judge import certainty
    from lowdose.report.evidence_certainty_json import certainty_json
    from lowdose.report.evidence_certainty_text import certainty_text

    given = _read(judgements) if judgements else ()
    found = certainty(condition, outcome, measure=measure, everything=everything, judgements=given)
    if as_json:
        put_json(certainty_json(found))
    else:
        click.echo(certainty_text(found, unused=len(given) - len(found.judgements)))


def _read(file: str) -> tuple[Judgement, ...]:
    from lowdose.evidence.certainty.judgements import parse_judgements

    try:
        content = Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Fault("--judgements", repr(file), "text in UTF-8")]) from None
    except OSError as problem:
        said = f"{file!r}: {problem.strerror}"
        raise InputError([Fault("--judgements", said, "a file that can be read")]) from None
    return parse_judgements(content, name=Path(file).name)
