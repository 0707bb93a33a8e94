"""`lowdose evidence`: what others found, pooled, and what the claims of public pages are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.evidence_certainty import command as certainty_
from lowdose.cli.evidence_dose_response import command as dose_response_
from lowdose.cli.evidence_harms import command as harms_
from lowdose.cli.evidence_multiverse import command as multiverse_
from lowdose.cli.evidence_prior import command as prior_
from lowdose.cli.evidence_reviews import command as reviews_
from lowdose.cli.evidence_table import pool_of_table
from lowdose.cli.evidence_summary import command as summary_
from lowdose.cli.output import CHARTS, check_endings, put_json

if TYPE_CHECKING:
    from lowdose.report.evidence_text import Pool

__all__ = ["command"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
_MODELS = ("common", "dl", "he", "hs", "sj", "ml", "reml", "eb", "pm")


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


@command.command("pool")
@click.option("--condition", metavar="NAME", help="Whose trials.")
@click.option("--outcome", metavar="NAME", help="On what: pain, fatigue, remission, ...")
@click.option("--csv", "csv", metavar="FILE", help="Instead: a table of your own; - for input.")
@click.option("--measure", metavar="NAME", help="md, smd, rom, rr, or, rd; default: the usual one.")
@click.option(
    "--model",
    type=click.Choice(_MODELS),
    default="reml",
    show_default=True,
    help="One common effect, or how the variance between studies is found.",
)
@click.option(
    "--test",
    type=click.Choice(["knha", "z", "adhoc"]),
    default="knha",
    show_default=True,
    help="Hartung-Knapp, normal, or Hartung-Knapp that is never narrower than normal.",
)
@click.option(
    "--everything", is_flag=True, help="Also what stays out by default, and marked as such."
)
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw the forest picture.")
@_JSON
def pool_(model: str, test: str, as_json: bool, chart: str | None, **given: Any) -> None:
    """Pool trials of the evidence, or a table of your own.

    A table has a row a study: study, and effect with se, variance, or ci_low and ci_high; or mean1,
    sd1, n1, mean2, sd2, n2; or events1, total1, events2, total2. Ratios are shown as ratios where
    they were worked out here; effects as given stay as given.

    \b
    Examples:
      lowdose evidence pool --condition fibromyalgia --outcome pain
      lowdose evidence pool --csv trials.csv --measure rr --json
      lowdose evidence pool --condition fibromyalgia --outcome pain --chart forest.svg
    """
    check_endings(("--chart", [chart] if chart else [], CHARTS))
    from lowdose.evidence.views import pooled_views
    from lowdose.report.evidence_json import pool_json
    from lowdose.report.evidence_text import nothing_text, pool_text

    what = _asked(given)
    if not what.studies:
        nothing = {"heading": what.heading, "k": 0, "left_out": dict(what.left_out)}
        _give(nothing, nothing_text(what), as_json)
        return
    views = pooled_views(what.values, what.variances, model=model, test=test)
    if chart:
        from lowdose.report.charts.forest_chart import forest_chart
        from lowdose.report.charts.picture import save_chart

        save_chart(forest_chart(what, views), chart)
        click.echo(f"Wrote {chart}.", err=True)
    _give(pool_json(what, views), pool_text(what, views), as_json)


def _asked(given: dict[str, Any]) -> Pool:
    by_name = given["condition"] or given["outcome"] or given["everything"]
    if given["csv"]:
        if by_name:
            raise click.UsageError("Give --csv, or --condition and --outcome; not both.")
        return pool_of_table(given["csv"], given["measure"] or "")
    if not (given["condition"] and given["outcome"]):
        raise click.UsageError("Say what to pool: --condition and --outcome, or --csv FILE.")
    from lowdose.evidence.catalogue import contrasts
    from lowdose.report.evidence_text import pool_of_comparison

    asked = {"measure": given["measure"], "everything": given["everything"]}
    return pool_of_comparison(contrasts(given["condition"], given["outcome"], **asked))


def _give(as_object: dict[str, Any], said: str, as_json: bool) -> None:
    if as_json:
        put_json(as_object)
    else:
        click.echo(said)


command.add_command(prior_)
command.add_command(multiverse_)
command.add_command(reviews_)
command.add_command(certainty_)
command.add_command(harms_)
command.add_command(dose_response_)
command.add_command(summary_)
