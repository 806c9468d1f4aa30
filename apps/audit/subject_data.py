"""What the trail holds of a person: entries, calls, the identifiers beside them. `forgetting` destroys it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit import person_keys
from apps.audit.models import Entry, SavedView, SubjectRequest
from apps.audit.narrative import plain_sentence
from apps.audit.subject_requests.folding import Acts, Calls
from apps.audit.subject_requests.forgetting import erase, is_about, requests_of, some_of
from apps.audit.subject_requests.rooms import Room, Staff, Subject, Table, by_id, columns, register
from apps.audit.subject_requests.whom import beside_entries, entries_of


def _who(entry: Entry) -> Staff:
    return Staff(entry.actor_name, entry.actor_role, entry.store_code)


def _sentence(entry: Entry) -> str:
    # Role and store stand in a column of their own.
    entry.actor_name = entry.actor_role or _now("Staff")
    return plain_sentence(entry)


def _acts(subject: Subject) -> Iterator[Sequence[Any]]:
    for entry in by_id(entries_of(subject).filter(call_id="")):
        who, content = _who(entry), entry.content
        asked = [f"{one['kind']} {one['mask']}" for one in content["identifiers"]]
        yield (
            entry.pk,
            entry.at,
            _sentence(entry),
            who,
            entry.get_outcome_display(),
            entry.reason,
            asked,
            content["details"],
            entry.reference,
        )


def _calls(subject: Subject) -> Iterator[Sequence[Any]]:
    for entry in by_id(entries_of(subject).exclude(call_id="")):
        call = dict(entry.content["call"])
        yield (
            entry.pk,
            entry.call_id,
            entry.at,
            _who(entry),
            entry.method,
            entry.path,
            entry.status,
            entry.get_outcome_display(),
            {name: call[name] for name in ("params", "body", "reply") if call.get(name)},
            entry.reference,
        )


def _lookers(subject: Subject) -> Iterator[Sequence[Any]]:
    """One line for each person of the house and day."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for entry in by_id(entries_of(subject).filter(call_id="").exclude(channel="system")):
        local = timezone.localtime(entry.at)
        key = (local.date(), entry.actor_name, entry.actor_role, entry.store_code)
        line = found.setdefault(key, [entry.at, entry.at, 0, {}])
        line[1], line[2] = entry.at, line[2] + 1
        line[3].setdefault(entry.action.replace(".", " ").replace("_", " "))
    for (when, name, role, store), (first, last, count, acts) in found.items():
        yield when, Staff(name, role, store), first, last, count, ", ".join(acts)


def _identifiers(subject: Subject) -> Iterator[Sequence[Any]]:
    """Each full identifier once, opened with the key of the person."""
    mine = {f"customer:{subject.customer}", *(f"digest:{one}" for one in subject.hexes)}
    found: dict[tuple[str, str], list[int]] = {}
    keys = person_keys.stored_keys(mine)
    for some in some_of(sorted(subject.digests)):
        for row in by_id(beside_entries().filter(digest__in=some, holder__in=keys)):
            value = person_keys.unseal(keys[row.holder], row.holder, bytes(row.value))
            line = found.setdefault((row.kind, value), [0, row.entry_id, row.entry_id])
            line[0], line[2] = line[0] + 1, row.entry_id
    for (kind, value), (count, first, last) in found.items():
        yield kind, value, count, first, last


def _views(subject: Subject) -> Iterator[Sequence[Any]]:
    for view in by_id(SavedView.objects.all()):
        if is_about(subject, view.query):
            yield view.name, view.made_at, view.shared


def _requests(subject: Subject) -> Iterator[Sequence[Any]]:
    for one in requests_of(subject):
        yield (
            one.number,
            one.get_kind_display(),
            one.received_on,
            one.due_on,
            one.get_came_by_display(),
            one.get_state_display(),
            one.ended_at,
            one.reason,
        )


def _open_packs(subject: Subject) -> Iterator[str]:
    for one in requests_of(subject):
        if one.state == SubjectRequest.State.MAKING:
            yield _now("The pack of %(number)s is being made.") % {"number": one.number}


AT = _("When")
BY = _("By")
register(
    Room(
        "audit",
        tables=(
            Table(
                "identifiers",
                _("Your identifiers"),
                columns(
                    kind=_("Kind"),
                    value=_("Value"),
                    entries=_("Entries that name it"),
                    first_entry=_("First entry"),
                    last_entry=_("Last entry"),
                ),
                _identifiers,
                models=("audit.EntryIdentifier", "audit.PersonKey"),
                held=_("Their identifiers"),
                about=_("Kept encrypted under a key of your own, so that entries about you can be found."),
            ),
            Table(
                "who_looked",
                _("Who had to do with you"),
                columns(
                    day=_("Day"),
                    who=_("Who"),
                    first=_("First"),
                    last=_("Last"),
                    entries=_("Entries"),
                    acts=_("Acts"),
                ),
                _lookers,
                models=("audit.Entry",),
                held=_("Who had to do with them"),
            ),
            Table(
                "acts",
                _("What was done about you"),
                columns(
                    entry=_("Entry"),
                    at=AT,
                    what=_("What"),
                    by=BY,
                    outcome=_("Outcome"),
                    reason=_("Reason"),
                    asked_with=_("Asked with"),
                    details=_("Details"),
                    reference=_("Reference"),
                ),
                _acts,
                models=("audit.Entry",),
                held=_("What was done about them"),
                folded=Acts,
            ),
            Table(
                "calls",
                _("What was exchanged with the loyalty system"),
                columns(
                    entry=_("Entry"),
                    call=_("Call"),
                    at=AT,
                    by=BY,
                    method=_("Method"),
                    path=_("Address"),
                    status=_("Status"),
                    outcome=_("Outcome"),
                    content=_("Content, masked"),
                    reference=_("Reference"),
                ),
                _calls,
                models=("audit.Entry", "audit.EntryText"),
                about=_("Most calls are two entries: one when it was sent, one when it was answered."),
                folded=Calls,
            ),
            Table(
                "saved_views",
                _("Saved searches for you"),
                columns(name=_("Name"), at=_("Saved"), shared=_("Shared")),
                _views,
                models=("audit.SavedView",),
                held=_("Saved searches for them"),
            ),
            Table(
                "subject_requests",
                _("Your requests"),
                columns(
                    number=_("Number"),
                    kind=_("Kind"),
                    received=_("Received"),
                    due=_("Due"),
                    came_by=_("How it came"),
                    state=_("State"),
                    ended=_("Ended"),
                    reason=_("Reason"),
                ),
                _requests,
                models=("audit.SubjectRequest", "audit.SubjectPackPart"),
                held=_("Their requests"),
            ),
        ),
        erase=erase,
        open_acts=_open_packs,
        holds_nothing={
            "audit.Archive": "names and hashes of files with entries that left the database",
            "audit.TextMark": "a place in the log",
            "audit.SweepMark": "an entry's number",
            "audit.Leaf": "hashes of entries, which hold masks and salted commitments only",
            "audit.Node": "hashes over those",
            "audit.SigningKey": "public keys",
            "audit.Checkpoint": "signed hashes",
            "audit.SealMark": "numbers of entries",
            "audit.StreamCursor": "how far the log was sent on",
            "audit.Suspect": "an entry's number and what is wrong with it",
            "audit.Verification": "what was looked at and found",
            "audit.WatchItem": "what people of the house did, with numbers of entries; notes on it go with those",
            "audit.WatchMark": "numbers of entries",
            "auth.Permission": "unused",
            "auth.Group": "unused",
            "auth.Group_permissions": "unused",
            "contenttypes.ContentType": "names of tables",
            "sessions.Session": "sign-ins of the house's people",
            "axes.AccessFailureLog": "wrong sign-ins of the house's people",
            "axes.AccessAttempt": "wrong sign-ins of the house's people",
            "axes.AccessAttemptExpiration": "wrong sign-ins of the house's people",
            "axes.AccessLog": "sign-ins of the house's people",
        },
    )
)
