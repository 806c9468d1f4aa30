"""Notes on a customer: reading them and leaving one."""

from datetime import datetime

from apps.capillary.calls import Call
from apps.capillary.parsers.notes import parse_added_note, parse_notes
from apps.capillary.resources.asking import who
from apps.capillary.types_activity import Note
from apps.core.errors import BadInput


def get(
    *, customer_id: int | None = None, mobile: str = "", email: str = "", external_id: str = ""
) -> Call[tuple[Note, ...]]:
    """All notes in the API's order; a customer without notes (1028) gives none.

    Raises: BadInput unless one identifier is given; CustomerNotFound.
    Source: API reference v1.1, "customer/notes", read 2026-11-23.
    """
    subject = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.customer.notes",
        method="GET",
        path="/v1.1/customer/notes",
        params=subject.params,
        parse=parse_notes,
        dialect="v11",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )


def add(
    *,
    text: str,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    date: datetime | None = None,
) -> Call[Note]:
    """Leave a note. A write: the API does not recognise a repetition, so it is never sent again by itself.

    `date` is when it happened, sent in its own zone without naming it; the API takes today when absent.
    Raises: BadInput for an empty text; Rejected (1036, 1037); OutcomeUnknown when no answer came.
    Source: API reference v1.1, "customer/notes (add)", read 2026-11-23.
    """
    if not text.strip():
        raise BadInput("A note needs some words.", field="text")
    subject = who(user_id=customer_id, mobile=mobile, email=email, external_id=external_id)
    note = {"description": text}
    if date is not None:
        note["date"] = date.strftime("%Y-%m-%d %H:%M:%S")
    return Call(
        name="v1.1.customer.notes_add",
        method="POST",
        path="/v1.1/customer/notes",
        body={"root": {"customer": [{**subject.params, "notes": {"note": [note]}}]}},
        parse=parse_added_note,
        dialect="v11",
        write=True,
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )
