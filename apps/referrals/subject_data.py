"""What this room holds of a person: whom they invited, that they were invited, and signals about either."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.subject_requests.rooms import (
    FORGOTTEN,
    Room,
    Staff,
    Subject,
    Table,
    by_id,
    columns,
    register,
)
from apps.operations.acts.rows import OPEN_STATES
from apps.referrals.models import Invitation, Invitee, Sighting, Signal

AT = _("When")
BY = _("By")
NUMBER = _("Number")
OPEN = ("sending", "unknown")


def _of_others(customer: int) -> Iterable[bytes]:
    """Their friends' mobiles and addresses."""
    given = Invitee.objects.filter(customer_id=customer).values_list("digest", flat=True)
    seen = Sighting.objects.filter(customer_id=customer).values_list("digest", flat=True)
    return {bytes.fromhex(one) for one in {*given, *seen} if len(one) == 64}


def _invited(subject: Subject) -> QuerySet[Invitee]:
    """Where the person is the friend: invited by others."""
    return Invitee.objects.filter(digest__in=subject.hexes).exclude(customer_id=subject.customer)


def _invitations(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(Invitation.objects.filter(customer_id=subject.customer).select_related("store")):
        yield (
            one.number,
            one.started_at,
            Staff(one.user_name, one.user_role, one.store.code),
            one.campaign_title or one.campaign,
            one.asked,
            one.invited,
            one.get_state_display(),
            one.customer_name,
            one.handle.value,
            one.customer_mask,
            one.message,
            one.reference,
        )


def _friends(subject: Subject) -> Iterator[Sequence[Any]]:
    """Masked: whoever asks for their own data does not get other people's."""
    rows = Invitee.objects.filter(customer_id=subject.customer).select_related("invitation")
    for one in by_id(rows):
        yield one.invitation.number, one.get_kind_display(), one.mask, one.get_state_display(), one.message


def _being_invited(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(_invited(subject).select_related("invitation__store")):
        act = one.invitation
        yield (
            act.started_at,
            Staff(act.user_name, act.user_role, act.store.code),
            one.name,
            one.get_kind_display(),
            one.value,
            one.get_state_display(),
        )


def _sightings(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in by_id(_seen(subject)):
        mine = one.customer_id == subject.customer
        yield (
            one.invited_at,
            _now("you invited") if mine else _now("you were invited"),
            one.get_kind_display(),
            one.mask,
            one.till_code,
        )


def _seen(subject: Subject) -> QuerySet[Sighting]:
    return Sighting.objects.filter(Q(customer_id=subject.customer) | Q(digest__in=subject.hexes))


def _signals(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in _signals_of(subject):
        yield one.found_at, one.get_kind_display(), one.till_code, one.looked_at, one.note


def _signals_of(subject: Subject) -> Iterator[Signal]:
    for one in by_id(Signal.objects.all()):
        customers = one.evidence.get("customers", ())
        rows = one.evidence.get("rows", ())
        if (
            subject.customer in customers
            or any(row.get("customer_id") == subject.customer for row in rows)
            or _about(one) in subject.hexes
        ):
            yield one


def _about(signal: Signal) -> str:
    return signal.about.partition(":")[2]


def _open_acts(subject: Subject) -> Iterator[str]:
    theirs = Invitation.objects.filter(
        Q(customer_id=subject.customer)
        | Q(pk__in=_invited(subject).filter(state__in=OPEN).values("invitation"))
    )
    unsettled = Q(state__in=OPEN_STATES) | Q(invitees__state__in=OPEN)
    for one in theirs.filter(unsettled).distinct().order_by("pk"):
        yield _now("Of invitation %(number)s it is not known yet who was invited.") % {"number": one.number}


def _erase(subject: Subject, _found: Any) -> Mapping[str, int]:
    """That somebody was invited, and whether it came to pass, stays; who it was does not."""
    sent = Invitation.objects.filter(customer_id=subject.customer).exclude(state__in=OPEN_STATES)
    whose = {"customer_name_sealed": "", "customer_mask": FORGOTTEN, "handle_sealed": ""}
    return {
        "invitations": sent.exclude(customer_mask=FORGOTTEN).update(**whose, evidence=[], message=""),
        "friends": _forget(Invitee.objects.filter(customer_id=subject.customer)) + _forget(_invited(subject)),
        "sightings": _seen(subject).delete()[0],
        "signals": sum(_blank(one, subject) for one in list(_signals_of(subject))),
    }


def _forget(rows: QuerySet[Invitee]) -> int:
    """A digest of its own for each: two rows that forgot must not look like the same friend."""
    settled = rows.exclude(state__in=OPEN).exclude(mask=FORGOTTEN)
    gone = 0
    for one in list(settled):
        one.name_sealed, one.value_sealed, one.mask, one.message = "", "", FORGOTTEN, ""
        one.digest = f"{FORGOTTEN}-{one.pk}"
        one.save(update_fields=["name_sealed", "value_sealed", "mask", "message", "digest"])
        gone += 1
    return gone


def _blank(signal: Signal, subject: Subject) -> int:
    """Their rows lose the mask, and a signal about an identifier of theirs loses its hash."""
    about_them = _about(signal) in subject.hexes
    changed = about_them or signal.note not in ("", FORGOTTEN)
    # What somebody found out about it, in words, is about everybody in it.
    signal.note = FORGOTTEN if signal.note else ""
    for row in signal.evidence.get("rows", ()):
        mine = about_them or row.get("customer_id") == subject.customer
        if mine and row.get("mask") != FORGOTTEN:
            row["mask"], changed = FORGOTTEN, True
    if about_them:
        kind = signal.about.partition(":")[0]
        signal.about = f"{kind}:{FORGOTTEN}-{signal.pk}"
        signal.key = f"{signal.about}/1"
        if "mask" in signal.evidence:
            signal.evidence["mask"] = FORGOTTEN
    if changed:
        signal.save(update_fields=["about", "key", "evidence", "note"])
    return int(changed)


register(
    Room(
        "referrals",
        tables=(
            Table(
                "invitations",
                _("Invitations in your name"),
                columns(
                    number=NUMBER,
                    at=AT,
                    by=BY,
                    campaign=_("Campaign"),
                    asked=_("People"),
                    invited=_("Invited"),
                    state=_("State"),
                    name=_("Name"),
                    identifier=_("Identifier"),
                    mask=_("Identifier, masked"),
                    message=_("Message"),
                    reference=_("Reference"),
                ),
                _invitations,
                models=("referrals.Invitation",),
                held=_("Invitations in their name"),
            ),
            Table(
                "friends",
                _("People you invited"),
                columns(
                    number=NUMBER,
                    kind=_("Kind"),
                    mask=_("Contact, masked"),
                    state=_("State"),
                    message=_("Message"),
                ),
                _friends,
                models=("referrals.Invitee",),
                held=_("People they invited"),
                about=_("Masked, because it is their data as well as yours."),
            ),
            Table(
                "being_invited",
                _("Invitations you were sent"),
                columns(
                    at=AT,
                    by=BY,
                    name=_("Name"),
                    kind=_("Kind"),
                    contact=_("Contact"),
                    state=_("State"),
                ),
                _being_invited,
                models=("referrals.Invitee",),
                held=_("Invitations they were sent"),
            ),
            Table(
                "sightings",
                _("Invitations as the console came to know them"),
                columns(at=AT, what=_("What"), kind=_("Kind"), mask=_("Contact, masked"), till=_("Till")),
                _sightings,
                models=("referrals.Sighting",),
            ),
            Table(
                "signals",
                _("What was unusual about invitations"),
                columns(
                    at=AT, kind=_("Kind"), till=_("Till"), looked_at=_("Looked at"), note=_("What was found")
                ),
                _signals,
                models=("referrals.Signal", "referrals.Signal_stores"),
            ),
        ),
        erase=_erase,
        open_acts=_open_acts,
        of_others=_of_others,
        holds_nothing={
            "referrals.Campaign": "campaigns to choose from",
            "referrals.InviteRules": "rules of stores",
        },
    )
)
