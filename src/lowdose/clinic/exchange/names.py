"""What things are called outside: identifiers of a course's resources, REDCap's field names."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

from django.conf import settings

from lowdose.clinic.models import Course

__all__ = ["field_of", "is_pseudonym", "resource_id", "system"]

_NAMESPACE = UUID("0d0b7a5e-98a4-5c7b-9a42-5f4c0c1d8e61")
_PSEUDONYM = re.compile(r"P-[A-HJ-NP-Z2-9]{6}")


def resource_id(course: Course, *parts: str) -> str:
    """The same thing of the same course always has the same identifier."""
    return str(uuid5(_NAMESPACE, "/".join([str(course.pk), *parts])))


def system(name: str) -> str:
    """The address under which this clinic's own codes and identifiers stand."""
    return f"{settings.SITE.origin}/fhir/{name}"


def is_pseudonym(text: str) -> bool:
    """Whether it looks like a patient of a clinic like this one.

    >>> is_pseudonym("P-7K3MQ9"), is_pseudonym("17")
    (True, False)
    """
    return bool(_PSEUDONYM.fullmatch(text))


def field_of(symptom: str) -> str:
    """REDCap's name for a symptom: lower case, digits and _, a letter first.

    >>> field_of("Brain fog"), field_of("6MWT")
    ('brain_fog', 's_6mwt')
    """
    plain = re.sub(r"[^a-z0-9_]+", "_", symptom.casefold()).strip("_") or "symptom"
    return plain if plain[0].isalpha() else f"s_{plain}"
