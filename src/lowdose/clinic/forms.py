"""How forms look and what they share: one layout for every field; faults of the library, shown
beside the field that they are about."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.forms.renderers import TemplatesSetting

from lowdose.clinic.library_words.phrases import said
from lowdose.errors import Fault, InputError

__all__ = ["Renderer", "add_faults"]


class Renderer(TemplatesSetting):
    """Draws fields with `templates/clinic/field.html`."""

    field_template_name = "clinic/field.html"
    form_template_name = "clinic/form.html"


def add_faults(
    form: forms.BaseForm, error: InputError, fields: Mapping[str, str] | None = None
) -> None:
    """Put every fault of `error` beside its field; fields: a fault's place -> a field's name."""
    for fault in error.faults:
        name = (fields or {}).get(fault.place, fault.place)
        text = _fault_words(fault)
        if name in form.fields:
            form.add_error(name, text)
        else:
            form.add_error(None, f"{said(fault.place)}: {text}")


def _fault_words(fault: Fault) -> str:
    remedy = f"; {said(fault.remedy)}" if fault.remedy else ""
    return f"{said(fault.value)}: {said(fault.expected)}{remedy}"
