"""v1.1: notes of a customer, read, added and changed through one address."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import parse_filter, plain
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_body import as_list, listed, member, named_customer, sent, text
from apps.sandbox.api.v11_envelope import (
    V11View,
    collect,
    item_status,
    merge_warning,
    overall,
    reply,
    rows,
    survivor_of,
    wanted,
)
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.models import Customer, Note

_BODY_IDENTIFIERS = ("user_id", "mobile", "email", "external_id")


class NotesView(V11View):
    """GET and POST /v1.1/customer/notes; a note with an id in the body is a change of that note."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """All notes, newest first; 1028 for a customer without any."""
        items, failures = collect(
            wanted(request, batch=False), _read, lambda: item_status(1000, "Notes retrieved")
        )
        tree = {
            "status": overall(len(items), failures, message="SUCCESS"),
            "customer": rows(items, single=True),
        }
        return reply(request, Envelope(tree), len(items), failures)

    def post(self, request: Request, format: str | None = None) -> Response:
        """Store what the body lists; each customer gets its own item status."""
        customers = listed(request.data, "customer")
        items, failures = [], []
        updating = any(text(note, "id") for body in customers for note in _notes_in(body))
        for body in customers:
            item, code = _written(request, body)
            items.append(item)
            failures.extend(code)
        status = overall(len(items), failures, message="SUCCESS")
        if updating:
            status |= {"total": str(len(items)), "success_count": str(len(items) - len(failures))}
        tree = {"status": status, "customer": rows(items, single=True)}
        return reply(request, Envelope(tree), len(items), failures)


def _read(customer: Customer) -> dict[str, Any]:
    notes = customer.notes.order_by("-added_at", "-id")
    if not notes:
        raise Refusal(1028)
    shapes = [
        {"id": str(note.id), "description": note.description, "added_on": plain(note.added_at)}
        for note in notes
    ]
    return {**_who(customer), "notes": {"note": rows(shapes, single=False)}}


def _written(request: Request, body: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    notes = _notes_in(body)
    try:
        asked = named_customer(body, _BODY_IDENTIFIERS)
        customer = survivor_of(asked)
        if not notes or not all(text(note, "description").strip() for note in notes):
            raise Refusal(1037)
        changed = any(text(note, "id") for note in notes)
        stored = [_store(request, customer, note) for note in notes]
    except Refusal as error:
        status = item_status(error.code, error.message, success=False)
        return {**sent(body, _BODY_IDENTIFIERS), "item_status": status}, [error.code]
    shapes = [
        {"id": str(note.id), "date": plain(note.added_at), "description": note.description} for note in stored
    ]
    # The two samples differ: an added note is answered with bare values, a changed one with text.
    status = item_status(1000, "Notes updated") if changed else _added()
    item = {
        **_who(customer),
        "notes": {"note": rows(shapes, single=not changed)},
        "item_status": {**status, **merge_warning(asked, status)},
    }
    return item, []


def _added() -> dict[str, Any]:
    return item_status(1000, "Notes added", text=False, warnings={"warning": []})


def _store(request: Request, customer: Customer, body: dict[str, Any]) -> Note:
    caller = caller_of(request)
    till = caller.store.till.code if caller else ""
    note_id = text(body, "id")
    if note_id:
        note = Note.objects.filter(customer=customer, id=int(note_id) if note_id.isdigit() else -1).first()
        if note is None:
            raise Refusal(1037)
        note.description = text(body, "description")
        note.save(update_fields=["description"])
        return note
    return Note.objects.create(
        customer=customer, description=text(body, "description"), added_at=_moment(body), till_code=till
    )


def _moment(body: dict[str, Any]) -> datetime:
    written = text(body, "date")
    try:
        return parse_filter(written) if written else timezone.now()
    except ValueError as error:
        raise Refusal(1037, "The date of the note is not valid") from error


def _notes_in(body: dict[str, Any]) -> list[dict[str, Any]]:
    return as_list(member(member(body, "notes"), "note"))


def _who(customer: Customer) -> dict[str, str]:
    return {"user_id": str(customer.id), **person(customer)}
