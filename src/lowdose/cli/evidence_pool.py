"""`lowdose evidence pool`: trials of the evidence, or a table of one's own, pooled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.evidence_table import pool_of_table
from lowdose.cli.output import CHARTS, check_endings, put_json
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.evidence.pooling.closer import Closer
    from lowdose.evidence.pooling.regression import Regression
    from lowdose.evidence.pooling.sensitivity import Subgroups
    from lowdose.evidence.views import Views
    from lowdose.report.charts.specification import Chart
    from lowdose.report.evidence_text import Pool

__all__ = ["PICTURES", "command"]

PICTURES = ("forest", "funnel", "filled-funnel")
_MODELS = ("common", "dl", "he", "hs", "sj", "ml", "reml", "eb", "pm")
_USUAL_PRIOR = "half-normal:0.5"


@click.command("pool")
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
@click.option(
    "--more",
    is_flag=True,
    help="Also how sure the spread is, a Bayesian answer, the exact likelihood of rare events, "
    "each study left out, one after the other, and whether small studies find more.",
)
@click.option(
    "--tau-prior",
    metavar="NAME:SCALE",
    help="With --more: what is thought of the spread, half-normal:0.5 for example.",
)
@click.option("--by", metavar="COLUMN", help="Also pool in groups: by design, dose, a column.")
@click.option("--on", metavar="COLUMN", help="Also regress on a number: dose, weeks, a column.")
@click.option(
    "--chart",
    "charts",
    multiple=True,
    metavar="FILE.svg|png|html",
    help="Draw a picture; may be given several times.",
)
@click.option(
    "--picture",
    "pictures",
    multiple=True,
    type=click.Choice(PICTURES),
    help="Which picture each --chart is, in order; default: forest.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(**given: Any) -> None:
    """Pool trials of the evidence, or a table of your own.

    A table has a row a study: study, and effect with se, variance, or ci_low and ci_high; or mean1,
    sd1, n1, mean2, sd2, n2; or events1, total1, events2, total2. Ratios are shown as ratios where
    they were worked out here, or are said to be ratios by --measure (rr, or, hr, irr, rom) and have
    an interval; other effects stay as given.

    \b
    Examples:
      lowdose evidence pool --condition fibromyalgia --outcome pain
      lowdose evidence pool --condition fibromyalgia --outcome pain --more
      lowdose evidence pool --csv trials.csv --measure rr --json
      lowdose evidence pool --csv trials.csv --by design --on dose
      lowdose evidence pool --csv trials.csv --chart funnel.svg --picture funnel
    """
    charts = _charts(given)
    if given["tau_prior"] and not given["more"]:
        raise click.UsageError("--tau-prior is for --more; give both.")
    from lowdose.evidence.views import pooled_views
    from lowdose.report.evidence_text import nothing_text

    what = _asked(given)
    if not what.studies:
        nothing = {"heading": what.heading, "k": 0, "left_out": dict(what.left_out)}
        _give(nothing, nothing_text(what), given["as_json"])
        return
    views = pooled_views(what.values, what.variances, model=given["model"], test=given["test"])
    beside = _beside(what, given)
    for file, picture in charts:
        from lowdose.report.charts.picture import save_chart

        save_chart(_chart(picture, what, views), file)
        click.echo(f"Wrote {file}.", err=True)
    _say(what, views, beside, given["as_json"])


def _charts(given: dict[str, Any]) -> list[tuple[str, str]]:
    files = given["charts"]
    pictures = given["pictures"] or ("forest",) * len(files)
    if len(pictures) != len(files):
        raise click.UsageError(f"{len(files)} --chart and {len(pictures)} --picture; give as many.")
    check_endings(("--chart", files, CHARTS))
    return list(zip(files, pictures, strict=True))


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


@dataclass(frozen=True)
class _Beside:
    """What was asked for beside the pooled effect."""

    closer: Closer | None
    prior: str
    groups: tuple[str, Subgroups] | None
    line: tuple[str, Regression] | None


def _beside(what: Pool, given: dict[str, Any]) -> _Beside:
    how = {"model": given["model"], "test": given["test"]}
    closer, prior = None, given["tau_prior"] or _prior_for(what)
    if given["more"]:
        from lowdose.evidence.pooling.closer import look_closer
        from lowdose.evidence.pooling.priors import parse_tau_prior

        closer = look_closer(
            what.values,
            what.variances,
            prior=parse_tau_prior(prior) if prior else None,
            counts=what.counts,
            order=_by_year(what),
            **how,
        )
    groups = line = None
    if given["by"]:
        from lowdose.evidence.pooling.sensitivity import subgroups

        name, texts = _column(what, given["by"], "--by")
        groups = name, subgroups(what.values, what.variances, texts, **how)
    if given["on"]:
        from lowdose.evidence.pooling.regression import regress

        name, texts = _column(what, given["on"], "--on")
        numbers = _numbers(what, name, texts)
        line = name, regress(what.values, what.variances, {name: numbers}, **how)
    return _Beside(closer, prior, groups, line)


def _prior_for(what: Pool) -> str:
    """The usual prior suits logarithms of ratios and standard deviations, nothing else."""
    return _USUAL_PRIOR if what.is_log or "standardised" in what.measure else ""


def _by_year(what: Pool) -> list[int]:
    """The order of publication, where every study says its year; else as they stand."""
    years = what.columns.get("year", ())
    if not years or not all(year.isdigit() for year in years):
        return list(range(len(what.studies)))
    return sorted(range(len(years)), key=lambda place: int(years[place]))


def _column(what: Pool, asked: str, option: str) -> tuple[str, tuple[str, ...]]:
    from lowdose.evidence.table_cells import column_name

    name = column_name(asked)
    if name not in what.columns:
        known = ", ".join(what.columns) or "no column is known"
        raise InputError([Fault(option, repr(asked), f"one of: {known}")])
    texts = what.columns[name]
    empty = [study for study, text in zip(what.studies, texts, strict=True) if not text]
    if empty:
        expected = f"a value of {name} for every study"
        raise InputError([Fault(option, f"none for {', '.join(empty[:5])}", expected)])
    return name, texts


def _numbers(what: Pool, name: str, texts: tuple[str, ...]) -> list[float]:
    from lowdose.evidence.table_cells import number_of

    found = [number_of(text) for text in texts]
    faults = [
        Fault(f"--on {name}, {study}", repr(text), "a number")
        for study, text, number in zip(what.studies, texts, found, strict=True)
        if number is None
    ]
    if faults:
        raise InputError(faults)
    return [number for number in found if number is not None]


def _chart(picture: str, what: Pool, views: Views) -> Chart:
    if picture == "forest":
        from lowdose.report.charts.forest_chart import forest_chart

        return forest_chart(what, views)
    from lowdose.report.charts.funnel_chart import funnel_chart

    return funnel_chart(what, views, filled=picture == "filled-funnel")


def _say(what: Pool, views: Views, beside: _Beside, as_json: bool) -> None:
    if as_json:
        from lowdose.report.evidence_json import pool_json

        put_json({**pool_json(what, views), **_beside_json(what, beside)})
        return
    from lowdose.report.evidence_text import pool_text

    click.echo("\n\n".join([pool_text(what, views), *_beside_texts(what, beside)]))


def _beside_json(what: Pool, beside: _Beside) -> dict[str, Any]:
    from lowdose.report.evidence_closer_json import closer_json, regression_json, subgroups_json

    found: dict[str, Any] = {}
    if beside.closer:
        found["more"] = closer_json(what, beside.closer, beside.prior)
    if beside.groups:
        found["by"] = subgroups_json(beside.groups[1], beside.groups[0])
    if beside.line:
        found["on"] = regression_json(beside.line[1], beside.line[0])
    return found


def _beside_texts(what: Pool, beside: _Beside) -> list[str]:
    from lowdose.report.evidence_closer_text import closer_text, regression_text, subgroups_text

    parts = []
    if beside.groups:
        parts.append(subgroups_text(what, beside.groups[1], beside.groups[0]))
    if beside.line:
        parts.append(regression_text(what, beside.line[1], beside.line[0]))
    if beside.closer:
        parts.append(closer_text(what, beside.closer, beside.prior))
    return parts


def _give(as_object: dict[str, Any], said: str, as_json: bool) -> None:
    if as_json:
        put_json(as_object)
    else:
        click.echo(said)
