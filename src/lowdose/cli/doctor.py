"""`lowdose doctor`: what is installed, whether it works here, and how to mend what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lowdose.errors import LowdoseError

if TYPE_CHECKING:
    from lowdose.cli.doctor_finding import Finding

__all__ = ["command"]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Look whether everything is installed and works, and say how to mend what does not.

    Versions and extras, the device that computes, the folder of compiled code, PDF, disk, the
    package's files against their checksums, and the clinic that the variables name (see `lowdose
    serve`). Nothing is changed, and what is shown may be handed on: no names, no addresses.
    Ends with status 1 where something is to be mended.

    \b
    Examples:
      lowdose doctor
      lowdose doctor --json > doctor.json
    """
    click.echo("Looking at everything (a few seconds; the first time longer) ...", err=True)
    findings = _findings()
    if as_json:
        _print_json(findings)
    else:
        click.echo("\n".join(line for finding in findings for line in _lines(finding)))
    count = sum(len(finding.troubles) for finding in findings)
    if count:
        raise LowdoseError(f"{count} thing{'s' if count > 1 else ''} to mend.")


def _findings() -> list[Finding]:
    from lowdose.cli import doctor_machine as machine
    from lowdose.cli import doctor_packages as installed
    from lowdose.cli.doctor_clinic import clinic
    from lowdose.cli.doctor_finding import looked

    tried = machine.tried()
    return [
        looked("lowdose", installed.itself),
        looked("python", installed.python),
        looked("packages", installed.packages),
        looked("extras", installed.extras),
        looked("files", installed.files),
        looked("device", lambda: machine.device(tried)),
        looked("cache", lambda: machine.cache(tried)),
        looked("paper", machine.paper),
        looked("disk", lambda: machine.disk(machine.places())),
        looked("clinic", clinic),
    ]


def _lines(finding: Finding) -> list[str]:
    lines = [finding.said] if finding.said else []
    for trouble in finding.troubles:
        lines += [f"TO MEND: {trouble.wrong}", f"  {trouble.remedy}"]
    lines += finding.hints
    heads = [f"{finding.what}:", *[""] * (len(lines) - 1)]
    return [f"{head:10}{line}" for head, line in zip(heads, lines, strict=True)]


def _print_json(findings: list[Finding]) -> None:
    from dataclasses import asdict

    from lowdose import __version__
    from lowdose.cli.output import put_json

    found = [
        {
            **asdict(finding),
            "fine": finding.fine,
            "troubles": [trouble._asdict() for trouble in finding.troubles],
        }
        for finding in findings
    ]
    fine = all(finding.fine for finding in findings)
    put_json({"lowdose": __version__, "fine": fine, "findings": found})
