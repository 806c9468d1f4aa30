"""The pack: everything the console holds about one person, one ZIP with a page for people and a file for machines."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import IO, Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from ulid import ULID

from apps.audit.actor import Actor, system_actor
from apps.audit.changes import label_of
from apps.audit.models import SubjectRequest
from apps.audit.subject_requests import archives, html
from apps.audit.subject_requests.packs import PackWriter, delete_parts
from apps.audit.subject_requests.people import (
    LEASE,
    LONGEST,
    Person,
    locked,
    may_handle,
    must_ask_for,
    refusals_traced,
    trace,
)
from apps.audit.subject_requests.rooms import Staff, Subject, Table, rooms
from apps.audit.subject_requests.searching import forget_search, searched
from apps.audit.subject_requests.whom import entries_of, subject_of
from apps.core.errors import Conflict, Missing
from apps.core.kept import day, moment
from apps.core.words import needed

State, Kind = SubjectRequest.State, SubjectRequest.Kind
KEPT = timedelta(days=7)
VERSION = 1


@refusals_traced
def ask_for_pack(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> None:
    """Let a worker make it, or make it anew. Raises Refused, BadInput (reason), Conflict."""
    may_handle(actor, user, request.number)
    words = needed(reason, LONGEST, "reason", missing=_("Say how you know that it is them who ask."))
    with transaction.atomic():
        kept = locked(request, State.OPEN, State.READY)
        must_ask_for(Kind.ACCESS, kept)
        kept.state, kept.pack_by_name, kept.claimed_until = State.MAKING, user.name, None
        # What was found for an earlier pack is not believed.
        forget_search(kept)
        kept.save()
        trace("subject.pack.asked", kept, actor=actor, reason=words)


@refusals_traced
def fetch_pack(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> SubjectRequest:
    """The request whose pack may now be streamed.

    Raises: Refused; BadInput (reason); Missing when there is none; Conflict when the request is over
    """
    may_handle(actor, user, request.number)
    words = needed(reason, LONGEST, "reason", missing=_("Say what it is fetched for."))
    with transaction.atomic():
        kept = locked(request, State.OPEN, State.MAKING, State.READY)
        must_ask_for(Kind.ACCESS, kept)
        if kept.state != State.READY or not kept.has_pack:
            raise Missing(
                _("%(number)s has no pack any longer.") % {"number": kept.number},
                next_step=_("Make it again."),
            )
        trace("subject.pack.fetched", kept, actor=actor, reason=words, sha256=kept.pack_sha256)
    return kept


def make(request: SubjectRequest, *, until: float) -> bool:
    """Write the pack, or look for its rows a slice further; True, for nothing stands in its way.

    A worker that dies while it writes leaves it being made: the next one writes anew, without looking anew.
    """
    subject = searched(request, subject_of(request), until=until)
    if subject is not None:
        _write(request, subject)
    return True


def _write(request: SubjectRequest, subject: Subject) -> None:
    run = str(ULID())
    delete_parts(request, request.pack_run)
    out = PackWriter(request, run)
    writing = _Writing(request, subject, run)
    with zipfile.ZipFile(cast(IO[bytes], out), "w", zipfile.ZIP_DEFLATED) as archive:
        name = f"{request.number}-customer-{request.customer or 'unknown'}"
        with archive.open(f"{name}.json", "w", force_zip64=True) as file:
            for text in writing.json():
                file.write(text.encode())
        with archive.open(f"{name}.html", "w", force_zip64=True) as file:
            for data in writing.page():
                file.write(data)
    out.close()
    with transaction.atomic():
        kept = locked(request, State.MAKING)
        if kept.parts.filter(run=run).count() != out.parts:
            raise Conflict(f"Another worker began {kept.number} anew.")
        kept.state, kept.pack_run, kept.claimed_until, kept.problem = State.READY, run, None, ""
        kept.pack_sha256, kept.pack_size, kept.tally = out.sha256, out.size, writing.counts
        kept.pack_made_at, kept.pack_expires_at = timezone.now(), timezone.now() + KEPT
        kept.save()
        delete_parts(kept, run)
        forget_search(kept)
        trace(
            "subject.pack.made",
            kept,
            actor=system_actor("Subject requests"),
            rows=sum(writing.counts.values()),
            sha256=out.sha256,
            tables=writing.counts,
            archived_months=len(archives.months()),
        )


class _Writing:
    """Reads every table once: rows go into the JSON as they come, and into the page, which waits compressed.

    The page folds rows of long tables that are alike: it is to be read and printed, the JSON has all of them.
    """

    def __init__(self, request: SubjectRequest, subject: Subject, run: str) -> None:
        self.request, self.subject, self.run = request, subject, run
        self.counts: dict[str, int] = {}
        self._renewed = timezone.now()
        self._packer = zlib.compressobj(6)
        self._page: list[bytes] = []

    def json(self) -> Iterator[str]:
        """The file for machines, piece by piece."""
        head = {
            "format": "loyalty console subject pack",
            "version": VERSION,
            "request": self.request.number,
            "customer": self.request.customer,
            "made_at": timezone.now().isoformat(),
            "organisation": settings.CONSOLE_ORGANISATION,
            # Months of entries that left the database for files: what those say of the person is not in here.
            "not_in_it": archives.months(),
        }
        self._show(html.head(self.request))
        yield json.dumps(head, ensure_ascii=False)[:-1] + ', "tables": ['
        first = True
        for room in rooms():
            for table in room.tables:
                yield ("" if first else ",") + "\n"
                first = False
                yield from self._table(table)
        yield "\n]}\n"
        self._show(html.foot())

    def page(self) -> Iterator[bytes]:
        """The page for people, once all rows were read."""
        opener = zlib.decompressobj()
        for piece in (*self._page, self._packer.flush()):
            yield opener.decompress(piece)
        yield opener.flush()

    def _table(self, table: Table) -> Iterator[str]:
        names = [name for name, _label in table.columns]
        told = {"name": table.name, "title": str(table.title), "about": str(table.about), "columns": names}
        yield json.dumps(told, ensure_ascii=False)[:-1] + ', "rows": ['
        folded = table.folded() if table.folded else None
        columns = folded.columns if folded else table.columns
        self._show(html.table_head(table, columns))
        self._renew()
        count = 0
        for row in table.rows(self.subject):
            cells = [self._plain(one) for one in row]
            yield (",\n" if count else "\n") + json.dumps(
                dict(zip(names, cells, strict=True)), ensure_ascii=False
            )
            if folded:
                folded.add(row)
            else:
                self._show(html.row(columns, [self._words(one) for one in row]))
            count += 1
            self._renew()
        for line in folded.lines() if folded else ():
            self._show(html.row(columns, [self._words(one) for one in line]))
        self.counts[table.name] = count
        self._show(html.table_foot(columns, count))
        yield "]}"

    def _show(self, text: str) -> None:
        if packed := self._packer.compress(text.encode()):
            self._page.append(packed)

    def _renew(self) -> None:
        """Show that somebody is still at it."""
        now = timezone.now()
        if now - self._renewed > LEASE / 5:
            self._renewed = now
            SubjectRequest.objects.filter(pk=self.request.pk).update(claimed_until=now + LEASE)

    def _plain(self, value: Any) -> Any:
        """As JSON keeps it."""
        if isinstance(value, Staff):
            return self._staff(value)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, dict | list | tuple):
            return json.loads(self._nameless(json.dumps(value, ensure_ascii=False, default=str)))
        return value if value is None or isinstance(value, bool | int) else self._nameless(str(value))

    def _words(self, value: Any) -> str:
        """As a person reads it."""
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, date):
            return day(value)
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return _lines(self._plain(value))

    def _staff(self, who: Staff) -> str:
        # Some rooms keep the code of the role, others its word.
        role = who.role.replace("_", " ").capitalize() or _("Staff")
        place = f"{role}, {_('store %(code)s') % {'code': who.store}}" if who.store else role
        return f"{who.name}, {place}" if settings.CONSOLE_SUBJECT_PACK_STAFF_NAMES and who.name else place

    def _nameless(self, text: str) -> str:
        """Names of the house's people stand in sentences too; where they are not told, they go."""
        for name in self._names:
            if name in text:
                text = text.replace(name, _("a member of staff"))
        return text

    @cached_property
    def _names(self) -> list[str]:
        if settings.CONSOLE_SUBJECT_PACK_STAFF_NAMES:
            return []
        today = get_user_model()._default_manager.values_list("name", flat=True)
        # Accounts get other names, and some are gone: entries keep the name of their time.
        people = entries_of(self.subject).exclude(actor_id=None)
        then = people.order_by().values_list("actor_name", flat=True).distinct()
        return sorted({one for one in (*today, *then) if one.strip()}, key=len, reverse=True)


def _lines(value: Any, indent: str = "") -> str:
    """Plain JSON without its signs: a line for each name in words, what belongs to it further in."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        told = [
            (label_of(name), _lines(one, f"{indent}  "))
            for name, one in value.items()
            if one not in ("", None, [], {})
        ]
        inner = [f"{indent}{name}:{'' if words.startswith(chr(10)) else ' '}{words}" for name, words in told]
        return ("\n" if indent else "") + "\n".join(inner)
    if isinstance(value, list):
        if any(isinstance(one, dict | list) for one in value):
            return "".join(_lines(one, f"{indent}  ") for one in value)
        return ", ".join(_lines(one) for one in value if one not in ("", None))
    return str(value)
