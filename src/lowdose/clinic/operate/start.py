"""Make the application usable in this process: its settings, its tables, its first person."""

from __future__ import annotations

import os

from lowdose.clinic.site import KEYS, Site, prepare_site, read_keys, sqlite_file
from lowdose.errors import Fault, InputError

__all__ = ["first_administrator", "load", "load_existing", "make_tables"]


def load(site: Site) -> None:
    """Set Django up for this site. Once a process: Django knows one site only."""
    os.environ["LOWDOSE_CLINIC_FOLDER"] = str(site.folder)
    os.environ["LOWDOSE_CLINIC_DATABASE"] = site.database
    os.environ["LOWDOSE_CLINIC_ORIGIN"] = site.origin
    os.environ["LOWDOSE_CLINIC_SECOND_FACTOR"] = "required" if site.second_factor else "offered"
    os.environ["LOWDOSE_CLINIC_ERASE_AFTER"] = str(site.erase_after_days)
    os.environ["LOWDOSE_CLINIC_BACKUP_DAYS"] = str(site.backup_days)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lowdose.clinic.settings"
    prepare_site(site)
    import django

    django.setup()


def load_existing(site: Site) -> None:
    """Set Django up for a site that is there; nothing is made.

    Raises InputError where there is no clinic at this place or one of its keys is missing.
    """
    if not site.keys.is_dir() or not (site.database or sqlite_file(site).is_file()):
        remedy = "name another with --folder, or begin one with `lowdose serve`"
        raise InputError([Fault("--folder", str(site.folder), "a folder with a clinic", remedy)])
    for name in KEYS:
        read_keys(site, name)
    load(site)


def make_tables() -> None:
    """Bring the database up to this version; nothing happens where it is."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def first_administrator() -> tuple[str, str] | None:
    """Name and password of a new administrator where nobody can sign in yet; otherwise None."""
    from lowdose.clinic.models import Role, User
    from lowdose.clinic.verbs.people import add_person, new_password

    if User.objects.exists():
        return None
    password = new_password()
    add_person("admin", Role.ADMINISTRATOR, password, actor=None)
    return "admin", password
