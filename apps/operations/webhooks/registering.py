"""What an administrator does with endpoints: add, switch on and off, remove, send again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, Missing
from apps.core.faults import Faults
from apps.operations.webhooks import reaching, signing
from apps.operations.webhooks.events import EVENTS
from apps.operations.webhooks.rows import Delivery, Endpoint
from apps.staff.confirming.guard import asked_by, check_second
from apps.staff.people.guarding import hold_actor


@sensitive_variables("secret")
def add(*, actor: Actor, name: str, url: str, events: Collection[str]) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown this once.

    Where its name leads is looked at before each message, and by the page that asks for it: not here, within a
    transaction.

    Raises: BadInput (name, url, events); Refused without a second person, and for an actor who may not any more
    """
    check_second(actor)
    to = reaching.taken_apart(url)
    chosen = [one for one in EVENTS if one in events]
    if not chosen:
        raise BadInput(_("Choose at least one event."), field="events")
    secret = signing.new_secret()
    with transaction.atomic():
        hold_actor(actor)
        check_name(name)
        made = Endpoint.objects.create(
            name=name,
            url=url,
            events=chosen,
            secret=signing.sealer.seal(secret),
            made_by_name=actor.name,
            asked_by_name=asked_by(),
        )
        _trace("added", actor, made, events=chosen, host=to.host)
    return made, secret


def check_name(name: str) -> None:
    """Raises: BadInput (name) for one that another has"""
    if Endpoint.objects.present().filter(name__iexact=name).exists():
        raise BadInput(_("There is a webhook of this name. Give it another one."), field="name")


def check_values(name: str | None, url: str | None) -> None:
    """Everything that is wrong with them; None is not looked at. Raises: BadInput (name, url)"""
    faults = Faults()
    if name is not None:
        with faults:
            check_name(name)
    if url is not None:
        with faults:
            reaching.taken_apart(url)
    faults.tell()


def switch(*, actor: Actor, pk: int, on: bool) -> Endpoint:
    """Told of events again, or no more. What happens while it is off is not told afterwards.

    Raises: Missing; Conflict when it is so already; Refused, also to switch on without a second person
    """
    if on:
        check_second(actor)
    with transaction.atomic():
        hold_actor(actor)
        endpoint = _held(pk)
        if (endpoint.off_at is None) == on:
            raise Conflict(_("It is so already: open the page again."))
        endpoint.off_at = None if on else timezone.now()
        endpoint.off_words = "" if on else _("Switched off by %(name)s.") % {"name": actor.name}
        endpoint.failing_since = None
        endpoint.save(update_fields=["off_at", "off_words", "failing_since"])
        _trace("switched_on" if on else "switched_off", actor, endpoint, changed={"on": [not on, on]})
    return endpoint


def remove(*, actor: Actor, pk: int) -> Endpoint:
    """Gone with everything that waits for it; the trail keeps that it was there.

    Raises: Missing; Refused
    """
    with transaction.atomic():
        hold_actor(actor)
        endpoint = _held(pk)
        endpoint.removed_at, endpoint.secret = timezone.now(), ""
        endpoint.save(update_fields=["removed_at", "secret"])
        dropped, _by_model = endpoint.deliveries.all().delete()
        _trace("removed", actor, endpoint, dropped=dropped)
    return endpoint


def send_again(*, actor: Actor, pk: int) -> Delivery:
    """The same message under the same id, from now on for three days.

    Raises: Missing; Conflict when it waits, or its endpoint is off; Refused
    """
    with transaction.atomic():
        hold_actor(actor)
        found = Delivery.objects.filter(pk=pk, endpoint__removed_at=None).first()
        if found is None:
            raise Missing(_("There is no such message any more."))
        endpoint = _held(found.endpoint_id)
        one = Delivery.objects.select_for_update(no_key=True).get(pk=pk)
        if one.state == Delivery.State.WAITING or endpoint.off_at is not None:
            raise Conflict(
                _("This message waits to be sent already, or its endpoint is off."),
                next_step=_("Switch the endpoint on first."),
            )
        begun: datetime = timezone.now()
        one.state, one.tries, one.begun_at, one.next_try_at = Delivery.State.WAITING, 0, begun, begun
        one.save(update_fields=["state", "tries", "begun_at", "next_try_at"])
        _trace("sent_again", actor, endpoint, message_reference=one.message_id, event=one.event)
    return one


def _held(pk: int) -> Endpoint:
    found = Endpoint.objects.present().select_for_update(no_key=True).filter(pk=pk).first()
    if found is None:
        raise Missing(_("There is no such endpoint any more."))
    return found


def _trace(what: str, actor: Actor, endpoint: Endpoint, **details: object) -> None:
    record(f"operations.webhook_{what}", actor=actor, subject=endpoint.name, details=details)
