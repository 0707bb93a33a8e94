"""Handing patients over: the administrator's page, and the new prescriber who has seen it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.forms import add_faults
from lowdose.clinic.models import Patient, Role, User
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import handing_over as verbs
from lowdose.errors import InputError

__all__ = ["addresses"]

_ALL, _SOME = "all", "some"
_MOST_SHOWN = 500


class HandOverForm(forms.Form):
    """To whom, which patients, and why."""

    after = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none())
    which = forms.ChoiceField(
        label=_("Which patients"),
        choices=[(_ALL, _("All of them")), (_SOME, _("Only those chosen below"))],
        widget=forms.RadioSelect,
        initial=_ALL,
    )
    only = forms.ModelMultipleChoiceField(
        label=_("Patients, by pseudonym"),
        queryset=Patient.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        help_text=_("Encrypted, and shown to the new prescriber."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after, only = self.fields["after"], self.fields["only"]
        assert isinstance(after, forms.ModelChoiceField)
        assert isinstance(only, forms.ModelChoiceField)
        after.queryset = verbs.successors(person)
        shown = list(verbs.patients_of(person).values_list("pk", flat=True)[:_MOST_SHOWN])
        only.queryset = Patient.objects.filter(pk__in=shown).order_by("pseudonym")


@page(Action.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, number: int) -> HttpResponseBase:
    """Hand the patients of a prescriber over, all of them or those that are chosen."""
    person = User.objects.filter(pk=number, role=Role.PRESCRIBER).first()
    if person is None:
        raise Http404
    form = HandOverForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        count = _handed_over(request, person, form)
        if count:
            said = ngettext("%(n)d patient handed over.", "%(n)d patients handed over.", count)
            messages.success(request, said % {"n": count})
            return redirect("person", number=number)
    patients = verbs.patients_of(person).count()
    others = verbs.successors(person).exists()
    content = {"person": person, "form": form, "patients": patients, "others": others}
    return render(request, "clinic/hand_over.html", content, status=400 if form.errors else 200)


def _handed_over(request: HttpRequest, person: User, form: HandOverForm) -> int:
    """How many were; 0 where the form says what is wrong."""
    data = form.cleaned_data
    chosen = [one.pk for one in data["only"]] if data["which"] == _SOME else None
    try:
        return verbs.hand_over(
            person,
            data["after"],
            actor=user_of(request),
            reason=data["reason"],
            now=timezone.now(),
            only=chosen,
        )
    except InputError as error:
        add_faults(form, error)
        return 0


@page(Action.LIST_COURSES)
@require_POST
def see_hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """The new prescriber has seen it."""
    one = verbs.handed_over(user_of(request)).filter(pk=number).first()
    if one is None:
        raise Http404
    verbs.see_hand_over(one, actor=user_of(request), now=timezone.now())
    return redirect("courses")


addresses = [
    path("site/people/<int:number>/hand-over", hand_over, name="hand_over"),
    path("courses/handed-over/<int:number>", see_hand_over, name="see_hand_over"),
]
