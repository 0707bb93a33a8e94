"""People, for the site administrator: who may sign in, as what; add, change, let in no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.forms import add_faults
from lowdose.clinic.models import Role, User
from lowdose.clinic.models.people import check_zone
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import people as verbs
from lowdose.clinic.verbs.handing_over import patients_of
from lowdose.errors import InputError, LowdoseError

__all__ = ["addresses"]

_PER_PAGE = 50
_STAFF = [(role.value, role.label) for role in Role if role is not Role.PATIENT]


class PersonForm(forms.Form):
    """Somebody new who works here."""

    username = forms.CharField(
        label=gettext_lazy("Name to sign in with"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("May stay empty. Encrypted, and shown beside what this person did."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_STAFF)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        validators=[check_zone],
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_STAFF)


@page(Action.MANAGE_PEOPLE)
def people_list(request: HttpRequest) -> HttpResponse:
    """Who works here, or the patients' accounts."""
    patients = request.GET.get("show") == "patients"
    found = User.objects.filter(role=Role.PATIENT) if patients else _staff()
    shown = Paginator(_with_factor(found).order_by("-is_active", "username"), _PER_PAGE)
    content = {"shown": shown.get_page(request.GET.get("page")), "patients": patients}
    return render(request, "clinic/people.html", content)


def _staff() -> Any:
    return User.objects.exclude(role=Role.PATIENT)


def _with_factor(people: Any) -> Any:
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    own = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return people.annotate(has_factor=Exists(own))


@page(Action.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponseBase:
    """Add somebody; the password is shown on the next page, once."""
    user = user_of(request)
    start = {"language": user.language, "time_zone": user.time_zone}
    form = PersonForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        password, data = verbs.new_password(), form.cleaned_data
        try:
            added = verbs.add_person(
                password=password, actor=user, **{**data, "role": Role(data["role"])}
            )
        except InputError as error:
            add_faults(form, error)
        else:
            return _password_page(request, added, password)
    content = {"form": form}
    return render(request, "clinic/person_form.html", content, status=400 if form.errors else 200)


def _password_page(request: HttpRequest, person: User, password: str) -> HttpResponse:
    content = {"person": person, "password": password}
    return render(request, "clinic/person_password.html", content)


def _found(number: int) -> User:
    person: User | None = _with_factor(User.objects.filter(pk=number)).first()
    if person is None:
        raise Http404
    return person


@page(Action.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, number: int) -> HttpResponseBase:
    """One person: role, sign-in, second factor."""
    person = _found(number)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            verbs.change_role(person, role, actor=user_of(request))
        except LowdoseError as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("person", number=number)
    content = {
        "person": person,
        "form": form,
        "is_self": person.pk == user_of(request).pk,
        "patients": patients_of(person).count(),
    }
    return render(request, "clinic/person.html", content, status=400 if form.errors else 200)


def _act(
    request: HttpRequest, number: int, verb: Callable[..., object], done: str
) -> HttpResponseBase:
    try:
        verb(_found(number), actor=user_of(request))
    except LowdoseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("person", number=number)


@page(Action.MANAGE_PEOPLE)
@require_POST
def deactivate(request: HttpRequest, number: int) -> HttpResponseBase:
    """Let somebody in no more; of a prescriber who has patients, ask who takes them first."""
    person = _found(number)
    left = patients_of(person).count()
    if left and "meant" not in request.POST:
        said = ngettext(
            "%(name)s still has %(n)d patient: please hand them over first.",
            "%(name)s still has %(n)d patients: please hand them over first.",
            left,
        )
        messages.warning(request, said % {"name": person.shown, "n": left})
        return redirect("hand_over", number=number)
    return _act(request, number, verbs.deactivate, _("Done: signed out everywhere, and locked."))


@page(Action.MANAGE_PEOPLE)
@require_POST
def activate(request: HttpRequest, number: int) -> HttpResponseBase:
    """Let somebody in again."""
    return _act(request, number, verbs.activate, _("Done: may sign in again."))


@page(Action.MANAGE_PEOPLE)
@require_POST
def reset_factors(request: HttpRequest, number: int) -> HttpResponseBase:
    """Remove the second factors of somebody who lost them."""
    return _act(request, number, verbs.reset_factors, _("Done: the second factors are removed."))


@page(Action.MANAGE_PEOPLE)
@require_POST
def renew_password(request: HttpRequest, number: int) -> HttpResponseBase:
    """A new password, shown once."""
    person = _found(number)
    try:
        password = verbs.renew_password(person, actor=user_of(request))
    except LowdoseError as error:
        messages.error(request, str(error))
        return redirect("person", number=number)
    return _password_page(request, person, password)


addresses = [
    path("site/people/", people_list, name="people"),
    path("site/people/new", new_person, name="new_person"),
    path("site/people/<int:number>/", person_page, name="person"),
    path("site/people/<int:number>/deactivate", deactivate, name="deactivate_person"),
    path("site/people/<int:number>/activate", activate, name="activate_person"),
    path("site/people/<int:number>/factors", reset_factors, name="reset_factors"),
    path("site/people/<int:number>/password", renew_password, name="renew_password"),
]
