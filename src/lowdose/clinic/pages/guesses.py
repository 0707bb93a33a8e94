"""What the patient thinks a blinded period held: asked when the period ends."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lowdose.clinic.forms import add_faults
from lowdose.clinic.pages.access import own_course, page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import guesses as verbs
from lowdose.clinic.verbs.diary import today_of
from lowdose.errors import InputError

__all__ = ["addresses"]


class GuessForm(forms.Form):
    """From surely placebo to surely naltrexone, in per cent."""

    probability = forms.IntegerField(
        label=gettext_lazy("Which of the two was it?"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(
            attrs={"type": "range", "step": 5, "aria-describedby": "guess-ends"}
        ),
    )
    no_idea = forms.BooleanField(label=gettext_lazy("I have no idea"), required=False)

    @property
    def value(self) -> float:
        """The probability of naltrexone."""
        data = self.cleaned_data
        return verbs.NO_IDEA if data["no_idea"] else data["probability"] / 100


@page(Action.KEEP_DIARY)
@require_http_methods(["GET", "POST"])
def guess(request: HttpRequest, period: int) -> HttpResponseBase:
    """Ask, or let what was said be changed while nobody knows."""
    course, now = own_course(user_of(request)), timezone.now()
    if course is None or not course.sealed:
        raise Http404
    if period not in verbs.periods_over(course, today_of(course, now)):
        raise Http404
    said = course.guesses.filter(period=period).first()
    start = {"probability": 50 if said is None else round(100 * said.probability_active)}
    form = GuessForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.guess(course, period, form.value, actor=user_of(request), now=now)
        except InputError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("Noted. Thank you."))
            return redirect("diary")
    content = {
        "form": form,
        "period": period,
        "dates": course.period_dates(period),
        "kit": course.kits.filter(period=period).first(),
    }
    return render(request, "clinic/guess.html", content, status=400 if form.errors else 200)


addresses = [path("diary/guess/<int:period>", guess, name="guess")]
