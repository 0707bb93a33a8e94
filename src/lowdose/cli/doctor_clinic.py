"""Whether the clinic that the environment names can be reached, and its tables are current.

A glance only: `lowdose clinic check` reads everything through. No address is shown.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lowdose.cli.clinic_site import clinic_installed
from lowdose.cli.doctor_finding import Finding, Trouble, shown
from lowdose.errors import LowdoseError

if TYPE_CHECKING:
    from lowdose.clinic.site import Site

__all__ = ["clinic"]

_REMEDIES = {
    "database": "see that it runs and may be read, and that LOWDOSE_CLINIC_DATABASE is right",
    "tables": "back it up (lowdose clinic backup FILE), then start the newest lowdose serve",
    "disk": "make room there",
}


def clinic() -> Finding:
    """The clinic in LOWDOSE_CLINIC_FOLDER or ./clinic, on SQLite or LOWDOSE_CLINIC_DATABASE."""
    from lowdose.clinic.site import site_from, sqlite_file

    try:
        site = site_from(os.environ)
        named = bool(site.database) or "LOWDOSE_CLINIC_FOLDER" in os.environ
        if not named and not sqlite_file(site).exists():
            return Finding("clinic", "none in ./clinic; lowdose serve begins one")
        clinic_installed()
        return _glanced(site)
    except LowdoseError as error:
        remedy = "name the clinic with LOWDOSE_CLINIC_FOLDER, or begin one with lowdose serve"
        return Finding("clinic", "", (Trouble(str(error), remedy),))


def _glanced(site: Site) -> Finding:
    """Raises LowdoseError where there is no clinic in the site's folder."""
    from lowdose.clinic.operate.start import load_existing

    load_existing(site)
    from lowdose.clinic.operate.check import glance

    found = glance()
    said = ", ".join(f"{one.what}: {one.said}" for one in found if not one.faults)
    troubles = [Trouble(fault, _REMEDIES[one.what]) for one in found for fault in one.faults]
    return Finding("clinic", f"{shown(site.folder)}; {said}", tuple(troubles))
