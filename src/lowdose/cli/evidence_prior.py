"""`lowdose evidence prior`: what the evidence leads one to expect of the next person."""

from __future__ import annotations

import click

from lowdose.cli.output import CHARTS, check_endings, put, put_json

__all__ = ["command"]


@click.command("prior")
@click.option("--condition", required=True, metavar="NAME", help="Which condition.")
@click.option("--outcome", default="pain", show_default=True, metavar="NAME", help="On what.")
@click.option(
    "--everything", is_flag=True, help="Also numbers that stay out by default, second-hand ones."
)
@click.option("--write", metavar="FILE.toml", help="Write a prior file, to be edited and used.")
@click.option("--chart", metavar="FILE.svg|png|html", help="Draw the picture.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(
    condition: str,
    outcome: str,
    everything: bool,
    write: str | None,
    chart: str | None,
    as_json: bool,
) -> None:
    """Say what to expect of the next person, on the drug and on placebo.

    It rests on the blinded trials alone, says so trial by trial, and is what the prior
    evidence:CONDITION of `lowdose answer` is made of.

    \b
    Examples:
      lowdose evidence prior --condition fibromyalgia
      lowdose evidence prior --condition MS --outcome pain --write ms.toml
      lowdose answer diary.csv --prior evidence:fibromyalgia
    """
    check_endings(
        ("--chart", [chart] if chart else [], CHARTS),
        ("--write", [write] if write else [], (".toml",)),
    )
    from lowdose.evidence.prior import prior
    from lowdose.report.evidence_json import plain
    from lowdose.report.evidence_prior_text import prior_file, prior_text

    found = prior(condition, outcome, everything=everything)
    if write:
        from lowdose.inference.prior_choice import prior_from_evidence

        put(write, prior_file(prior_from_evidence(found)))
    if chart:
        from lowdose.report.charts.picture import save_chart
        from lowdose.report.charts.prior_chart import prior_chart

        save_chart(prior_chart(found), chart)
        click.echo(f"Wrote {chart}.", err=True)
    if as_json:
        put_json(plain(found))
    else:
        click.echo(prior_text(found))
