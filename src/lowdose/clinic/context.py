"""What every page knows: who is looking, and what they may go to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lowdose import __version__
from lowdose.clinic.models import Role

__all__ = ["MENUS", "Link", "clinic"]


@dataclass(frozen=True)
class Link:
    """An entry of the menu: the name of a page, and what it is called."""

    page: str
    label: str | Promise


_SHARED: tuple[Link, ...] = (
    Link("evidence", _("Evidence")),
    Link("simulator", _("Simulator")),
)

MENUS: dict[str, tuple[Link, ...]] = {
    Role.PRESCRIBER: (
        Link("courses", _("Courses")),
        Link("patients", _("Patients")),
        *_SHARED,
    ),
    Role.PHARMACIST: (Link("pharmacy", _("To prepare")), *_SHARED),
    Role.PATIENT: (
        Link("diary", _("Diary")),
        Link("own_course", _("My course")),
        Link("own_data", _("My data")),
        *_SHARED,
    ),
    Role.RESEARCHER: (Link("research", _("Research")), *_SHARED),
    Role.ADMINISTRATOR: (
        Link("people", _("People")),
        Link("site", _("Site")),
        *_SHARED,
    ),
}
"""What each role finds in the menu, in order."""


def clinic(request: HttpRequest) -> dict[str, Any]:
    """For templates: `menu`, `here` (the page's name), `version`, and `zones` where asked for."""
    user = getattr(request, "user", None)
    role = getattr(user, "role", None)
    match = getattr(request, "resolver_match", None)
    return {
        "zones": _zones,
        "menu": MENUS.get(role, ()) if role else (),
        "here": match.url_name if match else "",
        "version": __version__,
    }


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone)
