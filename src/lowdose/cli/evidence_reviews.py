"""`lowdose evidence reviews`: published pools, worked out anew."""

from __future__ import annotations

import click

from lowdose.cli.output import put_json

__all__ = ["command"]


@click.command("reviews")
@click.option("--condition", metavar="NAME", help="Only the pools of one condition.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(condition: str | None, as_json: bool) -> None:
    """List what published reviews pooled, beside what the trials here give.

    Where a review's trials are known and give numbers, the same are pooled. Where they are not, the
    closest of all defensible ways is shown, and what the trials published since do to it.

    \b
    Examples:
      lowdose evidence reviews --condition fibromyalgia
      lowdose evidence reviews --json
    """
    from lowdose.evidence.published import recompute_reviews
    from lowdose.report.evidence_reviews_text import reviews_json, reviews_text

    found = recompute_reviews(condition)
    if as_json:
        put_json(reviews_json(found))
    else:
        click.echo(reviews_text(found) or "No published review pooled anything on this condition.")
