"""What sends something out of the house waits for a second person: a new webhook, and one that is switched on again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from apps.core.errors import BadInput
from apps.core.pages import render_page
from apps.operations.webhooks import reaching, registering
from apps.operations.webhooks.events import in_words
from apps.operations.webhooks.rows import Endpoint
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.people.guarding import MANAGE


def _now(endpoint: Endpoint | None, name: str) -> Snapshot:
    """Of the address its host alone: many receivers put a secret behind it, and auditors read what was changed."""
    if endpoint is None:
        return Snapshot(_("the webhook %(name)s") % {"name": name})
    facts = {
        _("Leads to"): _origin(endpoint.url),
        _("Told when"): "; ".join(in_words(endpoint)),
        _("State"): _("off") if endpoint.off_at else _("on"),
    }
    mark = salted_hmac("apps.operations.webhooks.changes", endpoint.url, algorithm="sha256").hexdigest()
    return Snapshot(_("the webhook %(name)s") % {"name": endpoint.name}, facts, mark=mark)


def _origin(url: str) -> str:
    try:
        return reaching.taken_apart(url).origin
    except BadInput:
        return _("an address that may not be reached")


def _of_name(values: Values) -> Snapshot:
    found = Endpoint.objects.present().filter(name__iexact=values["name"]).first()
    return _now(found, values["name"])


def _of_pk(values: Values) -> Snapshot:
    found = Endpoint.objects.present().filter(pk=values["pk"]).first()
    return _now(found, values["name"])


@sensitive_variables()
def _add(by: By, values: Values) -> tuple[Endpoint, str]:
    return registering.add(actor=by.actor, name=values["name"], url=values["url"], events=values["events"])


def _on(by: By, values: Values) -> Endpoint:
    return registering.switch(actor=by.actor, pk=values["pk"], on=True)


@sensitive_variables()
def _shown(request: HttpRequest, result: Any) -> HttpResponse:
    made, secret = result
    return render_page(request, "operations/webhooks/added.html", {"endpoint": made, "secret": secret})


ADD = register(
    Kind(
        "operations.webhook_add",
        gettext_lazy("Add a webhook"),
        MANAGE,
        snapshot=_of_name,
        apply=_add,
        answer=_shown,
        shown_once=gettext_lazy(
            "It is confirmed already; the secret cannot be shown again. Where it is lost, add the webhook anew."
        ),
    )
).name
ON = register(
    Kind(
        "operations.webhook_on",
        gettext_lazy("Switch a webhook on"),
        MANAGE,
        snapshot=_of_pk,
        apply=_on,
    )
).name
