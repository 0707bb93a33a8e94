"""`lowdose evidence`: what others found, pooled, and what the claims of public pages are worth."""

from __future__ import annotations

from typing import Any

import click

from lowdose.cli.evidence_certainty import command as certainty_
from lowdose.cli.evidence_dose_response import command as dose_response_
from lowdose.cli.evidence_harms import command as harms_
from lowdose.cli.evidence_multiverse import command as multiverse_
from lowdose.cli.evidence_pool import command as pool_
from lowdose.cli.evidence_prior import command as prior_
from lowdose.cli.evidence_reviews import command as reviews_
from lowdose.cli.evidence_summary import command as summary_
from lowdose.cli.output import put_json

__all__ = ["command"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


@click.group("evidence")
def command() -> None:
    """Look up what is known of low-dose naltrexone, and pool it.

    \b
    Examples:
      lowdose evidence list
      lowdose evidence list --condition fibromyalgia
      lowdose evidence show innova2026
      lowdose evidence claims --source physician-blog
      lowdose evidence pool --condition fibromyalgia --outcome pain
      lowdose evidence pool --csv trials.csv --measure smd
      lowdose evidence certainty --condition fibromyalgia --outcome pain
      lowdose evidence summary --condition fibromyalgia
    """


@command.command("list")
@click.option("--condition", metavar="NAME", help="The studies of one condition.")
@_JSON
def list_(condition: str | None, as_json: bool) -> None:
    """List the conditions, or the studies of one.

    \b
    Example:
      lowdose evidence list --condition "Crohn's disease"
    """
    from lowdose.evidence.catalogue import conditions, studies
    from lowdose.report.evidence_json import plain
    from lowdose.report.evidence_text import conditions_text, studies_text

    if condition is None:
        every = conditions()
        _give({"conditions": plain(every)}, conditions_text(every), as_json)
    else:
        found = studies(condition)
        _give({"studies": plain(found)}, studies_text(found), as_json)


@command.command("show")
@click.argument("study")
@_JSON
def show(study: str, as_json: bool) -> None:
    """Show everything that is known of one STUDY.

    \b
    Example:
      lowdose evidence show duebruun2024
    """
    from lowdose.evidence.catalogue import find_study
    from lowdose.report.evidence_json import plain
    from lowdose.report.evidence_text import study_text

    found = find_study(study)
    if not found.compares_treatments:
        _give(plain(found), study_text(found), as_json)
        return
    from lowdose.evidence.certainty.bias import trial_risk
    from lowdose.report.evidence_certainty_json import risk_json
    from lowdose.report.evidence_certainty_text import risk_text

    risk = trial_risk(found)
    as_object = {**plain(found), "risk_of_bias": risk_json(risk)}
    _give(as_object, f"{study_text(found)}\n\n{risk_text(risk)}", as_json)


@command.command("claims")
@click.option("--source", metavar="PAGE", help="Only the claims of one page.")
@click.option(
    "--everything", is_flag=True, help="Pool also what stays out by default, and marked as such."
)
@_JSON
def claims_(source: str | None, everything: bool, as_json: bool) -> None:
    """List what public pages claim, and what the record says of it.

    Beside a verdict stands the number that it rests on, where there is one, worked out anew, and
    whether that supports the claim, contradicts it, or cannot tell.

    \b
    Example:
      lowdose evidence claims --source physician-blog
    """
    from lowdose.evidence.catalogue import claims
    from lowdose.evidence.verdicts import claim_number
    from lowdose.report.evidence_claims_json import claims_json
    from lowdose.report.evidence_claims_text import claims_text

    found = [(claim, claim_number(claim, everything=everything)) for claim in claims(source)]
    _give(claims_json(found), claims_text(found), as_json)


def _give(as_object: dict[str, Any], said: str, as_json: bool) -> None:
    if as_json:
        put_json(as_object)
    else:
        click.echo(said)


command.add_command(pool_)
command.add_command(prior_)
command.add_command(multiverse_)
command.add_command(reviews_)
command.add_command(certainty_)
command.add_command(harms_)
command.add_command(dose_response_)
command.add_command(summary_)
