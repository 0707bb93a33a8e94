"""`lowdose plan`: from a template or a few numbers to a plan, or to a refusal with its reasons.

Everything is worked out before anything is printed or written, so a refusal leaves no trace.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import click

from lowdose.cli.output import put, put_json
from lowdose.cli.plan_options import content_of, plan_options, renamed, written_in
from lowdose.regimen.plan import Plan
from lowdose.regimen.request import PlanRequest, merged, parse_request

__all__ = ["command"]

_FILES = ("pdf", "worksheet", "ics", "fhir", "save")


@click.command("plan")
@plan_options
@click.option("--file", "file", metavar="PLAN.toml", help="Read a plan file; options change it.")
@click.option("--ask", is_flag=True, help="Ask the open safety questions on the screen.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--pdf", metavar="FILE", help="Write the page for the patient (PDF).")
@click.option("--worksheet", metavar="FILE", help="Write the page for the pharmacist (PDF).")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--ics", metavar="FILE", help="Write reminders for a calendar (iCalendar).")
@click.option("--fhir", metavar="FILE", help="Write a FHIR R4 MedicationRequest (JSON).")
@click.option("--save", metavar="FILE", help="Write the plan file that makes this plan again.")
@click.option("--list-templates", is_flag=True, help="List the titration templates, and stop.")
@click.option("--show-template", metavar="NAME", help="Show one template, and stop.")
def command(**given: Any) -> None:
    """Plan a titration: doses, safety, preparation, what to expect.

    A plan needs a template or the numbers of a climb, and an answer on opioids. Where starting
    would be unsafe nothing is printed but the reasons.

    \b
    Examples:
      lowdose plan --template usual --opioids none --strengths 1.5,4.5
      lowdose plan --start-mg 0.5 --step-mg 0.5 --every-days 7 --target-mg 4.5 --days 112 \\
        --time bedtime --opioids stopped:2026-01-05:codeine --liver none --age 52 \\
        --liquid 1mg/mL --pdf plan.pdf --ics plan.ics
      lowdose plan --file plan.toml --hold 3:14 --save plan.toml
    """
    if given["list_templates"] or given["show_template"]:
        _templates(given["show_template"], as_json=given["as_json"])
        return
    request = _request(given)
    plan = renamed(request.plan, given)
    outputs = list(_outputs(request, plan, given))
    for path, data in outputs:
        put(path, data)


def _request(given: Mapping[str, Any]) -> PlanRequest:
    """Read file and options; both in one go, so that all faults show together."""
    from lowdose.regimen.plan_file import read_plan_file

    _check_outputs(given)
    options = written_in(given)
    file = read_plan_file(*content_of(given["file"])) if given["file"] else {}
    written = merged(file, options)
    if given["ask"]:
        written = _asked(written)
    _check_complete(written)
    zone = "UTC" if "zone" in written else _local_zone()
    return renamed(lambda: parse_request(written, today=date.today(), zone=zone), given)


def _check_outputs(given: Mapping[str, Any]) -> None:
    paths = [given[key] for key in _FILES if given[key]]
    if len(set(paths)) < len(paths) or (given["as_json"] and "-" in paths):
        raise click.UsageError("Each output needs a place of its own.")


def _check_complete(written: Mapping[str, Any]) -> None:
    safety = written.get("safety", {})
    if isinstance(safety, Mapping) and "opioids" not in safety:
        raise click.UsageError(
            "Say whether opioids are taken: --opioids none, --opioids stopped:DATE (with "
            ":NAME if known) or --opioids current. Naltrexone must never meet an opioid, so no "
            "plan is made without this answer. With --ask all safety questions are asked."
        )
    if not {"template", "steps", "start_mg", "step_mg", "every_days", "target_mg"} & set(written):
        raise click.UsageError(
            "Say what to plan: --template NAME (see --list-templates), or --start-mg, --step-mg, "
            "--every-days and --target-mg, or --file PLAN.toml."
        )


def _local_zone() -> str:
    """The time zone of this computer, or UTC with a note."""
    try:
        from tzlocal import get_localzone_name

        name = get_localzone_name()
    except Exception:  # a broken system setting is no reason to refuse a plan
        name = ""
    if not name:
        click.echo("Note: the local time zone is not known; UTC is used. See --zone.", err=True)
    return name or "UTC"


def _asked(written: Mapping[str, Any]) -> dict[str, Any]:
    from lowdose.cli.asking import ask_open, prompt

    if not sys.stdin.isatty():
        raise click.UsageError("--ask needs a terminal; answer with options instead.")
    return {**written, "safety": ask_open(written.get("safety", {}), prompt)}


def _outputs(
    request: PlanRequest, plan: Plan, given: Mapping[str, Any]
) -> Iterator[tuple[str, bytes | str]]:
    """Where to put what, files first; text on the screen where nothing else goes there."""
    made: dict[str, Callable[[], bytes | str]] = {
        "pdf": lambda: _patient_pdf(plan, given["paper"]),
        "worksheet": lambda: _pharmacist_pdf(plan, given["paper"]),
        "ics": lambda: _calendar(plan),
        "fhir": lambda: _fhir(plan),
        "save": lambda: _plan_file(request),
    }
    paths = [given[key] for key in _FILES]
    yield from ((given[key], made[key]()) for key in _FILES if given[key])
    if given["as_json"]:
        yield "-", _json(plan)
    elif "-" not in paths:
        yield "-", _text(plan)


def _patient_pdf(plan: Plan, paper: str) -> bytes:
    from lowdose.report.plan_sheets import patient_sheet

    return patient_sheet(plan, paper=paper)


def _pharmacist_pdf(plan: Plan, paper: str) -> bytes:
    from lowdose.report.plan_sheets import pharmacist_sheet

    return pharmacist_sheet(plan, paper=paper)


def _calendar(plan: Plan) -> bytes:
    from lowdose.report.calendar import plan_calendar

    return plan_calendar(plan, made_at=datetime.now(UTC))


def _fhir(plan: Plan) -> bytes:
    from lowdose.report.fhir import plan_fhir

    written = json.dumps(plan_fhir(plan), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return written.encode()


def _plan_file(request: PlanRequest) -> bytes:
    from lowdose.regimen.plan_file import write_plan_file

    return write_plan_file(request).encode()


def _json(plan: Plan) -> bytes:
    from lowdose.report.plan_json import plan_json

    return (json.dumps(plan_json(plan), ensure_ascii=False, allow_nan=False) + "\n").encode()


def _text(plan: Plan) -> str:
    from lowdose.report.plan_text import plan_text

    return plan_text(plan)


def _templates(name: str | None, *, as_json: bool) -> None:
    from lowdose.report.template_text import templates_json, templates_text

    if as_json:
        put_json(templates_json(name))
    else:
        click.echo(templates_text(name))
