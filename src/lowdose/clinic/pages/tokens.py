"""A person's own tokens for programs: make one, see it once, take it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.forms import add_faults
from lowdose.clinic.models import ApiToken
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.tokens import LIFETIMES, make_token, revoke_token
from lowdose.errors import InputError

__all__ = ["addresses"]

_SHOWN = 50


class TokenForm(forms.Form):
    """What a token is for, and how long it is good."""

    label = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=60,
        help_text=gettext_lazy("For instance the name of the program. Only you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Good for"),
        coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in LIFETIMES],
    )


@page(Action.HAVE_TOKENS)
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponseBase:
    """The person's tokens; a new one is shown in the answer, once."""
    form = TokenForm(request.POST or None)
    token = ""
    if request.method == "POST" and form.is_valid():
        token = _made(request, form)
    content = {
        "form": TokenForm() if token else form,
        "token": token,
        "tokens": user_of(request).api_tokens.filter(revoked_at=None)[:_SHOWN],
        "now": timezone.now(),
    }
    return render(request, "clinic/tokens.html", content, status=400 if form.errors else 200)


def _made(request: HttpRequest, form: TokenForm) -> str:
    wanted = form.cleaned_data
    try:
        return make_token(user_of(request), **wanted, now=timezone.now())
    except InputError as error:
        add_faults(form, error)
        return ""


@page(Action.HAVE_TOKENS)
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one of the person's tokens back."""
    user = user_of(request)
    token = ApiToken.objects.filter(pk=pk, user=user).first()
    if token is None:
        raise Http404
    revoke_token(token, actor=user, now=timezone.now())
    messages.success(request, _("Taken back: it opens nothing any more."))
    return redirect("tokens")


addresses = [
    path("profile/tokens/", token_list, name="tokens"),
    path("profile/tokens/<uuid:pk>/revoke", revoke, name="revoke_token"),
]
