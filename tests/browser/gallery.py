"""A page with every component in every state, only for tests: addresses and what they show."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from apps.core.badges import BADGES
from apps.core.errors import Refused, Unavailable
from apps.core.pages import render_page

TEMPLATES_HERE = Path(__file__).parent


class NoteForm(forms.Form):
    """One field of each kind."""

    text = forms.CharField(
        label="Note",
        help_text="Other staff will read this.",
        error_messages={"required": "Write what happened, or close this form."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mobile = forms.CharField(label="Mobile", required=False)
    source = forms.ChoiceField(label="Source", choices=[("INSTORE", "INSTORE"), ("WECHAT", "WECHAT")])
    urgent = forms.BooleanField(label="Show this note first", required=False)
    channel = forms.ChoiceField(
        label="Heard by",
        choices=[("phone", "Phone"), ("mail", "E-mail")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )


def entry(day, icon, text, amount="", tone=""):
    return {"day": day, "icon": icon, "text": text, "amount": amount, "tone": tone, "note": "Late delivery"}


def context():
    """What the gallery shows, invented."""
    at = timezone.now() - timedelta(hours=1, minutes=38)
    failed = Unavailable(
        "Capillary answered 500.", next_step="The rest of this page is up to date.", code="500"
    )
    states = {"ok": None, "loading": None, "empty": None, "failed": failed, "out_of_date": None}
    return {
        "at": at,
        "amount": Decimal("1205.00"),
        "badge_names": list(BADGES),
        "form": NoteForm(),
        "tabs": [
            {"label": "Overview", "url": "#", "current": True},
            {"label": "Transactions", "url": "#t", "failed": True},
            {"label": "Redemptions", "url": "#r", "count": 6},
            {"label": "History", "url": "#h"},
        ],
        "chips": [
            {"label": "All", "url": "?", "current": True},
            {"label": "Refused", "url": "?outcome=refused", "count": 3},
        ],
        "panels": [
            SimpleNamespace(
                id=f"coupons-{state}",
                title=f"Coupons {state}",
                state=state,
                at=at,
                error=error,
                load_url="" if state == "loading" else "/gallery/panel",
            )
            for state, error in states.items()
        ],
        "rows": [
            {"on": date(2026, 11, 30), "what": "Diwali 2025", "points": Decimal("640.000")},
            {"on": date(2026, 12, 31), "what": "Purchases", "points": "1260"},
        ],
        "entries": [
            entry(
                "Today, 23 November",
                "hourglass",
                "500 goodwill points asked by Asha Verma",
                "500 asked",
                "wait",
            ),
            entry("Earlier this month", "arrow-back-up", "200 points reversed of r0njPT", "+200", "info"),
            entry("Earlier this month", "shopping-bag", "Purchase 6,240.00 INR at Store 12"),
        ],
    }


@login_not_required
def gallery(request):
    if "toast" in request.GET:
        messages.success(request, "400 points redeemed for Kavya Iyer.", extra_tags="/gallery/")
        messages.warning(request, "The balance changed since this was asked.")
    return render(request, "gallery.html", context())


@login_not_required
def panel(request):
    found = {
        "id": "coupons-failed",
        "title": "Coupons failed",
        "state": "ok",
        "source": "v1.1",
        "at": timezone.now(),
        "body": "Loaded again.",
    }
    return render(request, "components/panel.html", found)


@login_not_required
def form(request):
    return render_page(
        request,
        "gallery.html",
        context() | {"form": NoteForm(request.POST)},
        fragment="gallery_form.html",
        status=422,
    )


@login_not_required
def reveal(_request):
    return HttpResponse(
        '<div class="lc-dialog__body"><h2 id="dialog-title">Reveal the mobile</h2>'
        '<label class="lc-field">Why <input class="lc-input" name="why" autofocus></label>'
        '<button class="btn" type="button" data-close>Keep it masked</button></div>'
    )


@login_not_required
def refused(_request):
    raise Refused(
        "This customer belongs to another store.",
        next_step="Ask Rohan Mehta.",
        code="1012",
        request_id="ab12",
    )


@login_not_required
def unavailable(_request):
    raise Unavailable("Capillary does not answer.", next_step="Try again in a minute.")


@login_not_required
def broken(_request):
    raise ZeroDivisionError


urlpatterns = [
    path("gallery/", gallery),
    path("gallery/panel", panel),
    path("gallery/form", form),
    path("gallery/reveal", reveal),
    path("gallery/refused", refused),
    path("gallery/unavailable", unavailable),
    path("gallery/broken", broken),
]
