"""The trail over the API: entries with the filters of the page, checkpoints, proofs and keys."""

from collections.abc import Mapping
from typing import cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit import address, choices
from apps.audit.actor import actor_of
from apps.audit.api import serializers as told
from apps.audit.forms import FilterForm
from apps.audit.log.export_lines import proof_of, text_of
from apps.audit.log.tiles import last_checkpoint, tree_at
from apps.audit.models import Checkpoint, Entry, Leaf, SigningKey
from apps.audit.queries import Viewer
from apps.audit.services import record
from apps.audit.views.shared import READ

LARGEST = 200
USUAL = 50
LARGEST_ID = 2**63 - 1
LIMIT = OpenApiParameter("limit", int, description=f"How many a page, at most {LARGEST}; usually {USUAL}.")
PROBLEMS = {(status, "application/problem+json"): told.ProblemSerializer for status in (401, 403, 429)}
BAD = {(400, "application/problem+json"): told.ProblemSerializer}
NONE = {(404, "application/problem+json"): told.ProblemSerializer}
FILTERS = [
    OpenApiParameter(name, OpenApiTypes.STR, description=words)
    for name, words in (
        ("person", "Name, part of it, e-mail address or id"),
        ("action", "Names with commas; family.* for all of a family; a minus leaves out"),
        ("customer", "Internal id or any full identifier"),
        ("store", "Codes or names with commas; a minus leaves out"),
        ("outcome", "done, not_done, unknown, refused or sent"),
        ("channel", "screen, api, operation, command or system"),
        ("reference", "One click or run"),
        ("subject", "What it is about, such as GR-10418"),
        ("code", "A code of Capillary's"),
        ("text", "What a request, a reply or an act said, or X-Cap-Requestid: three letters or more"),
        ("period", "24h, today, yesterday or 7d"),
        ("from", "First day or moment"),
        ("until", "Last day or moment"),
        ("calls", "on: every call on its own"),
        ("before", "Entries before this id: older ones"),
        ("after", "Entries after this id: newer ones"),
    )
]


class Reading(APIView):
    """What all of these have in common: only keys that may read the trail."""

    permission = READ

    def noted(self, request: Request, what: str) -> None:
        """Reading about the log is an entry of the program too, before anything is shown."""
        record("trail.log.viewed", actor=actor_of(request._request), details={"what": what})


class Entries(Reading):
    """Entries, newest first."""

    @extend_schema(
        operation_id="trail_entries",
        parameters=[*FILTERS, LIMIT],
        responses={200: told.EntryPageSerializer, **BAD, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """A page of entries that fit the filters. Reading is an entry too."""
        found = {name: str(value).strip() for name, value in request.query_params.items() if name != "limit"}
        if unknown := found.keys() - {one.name for one in FILTERS}:
            raise ValidationError({name: ["There is no such filter."] for name in sorted(unknown)})
        found = address.masked(found)
        form = FilterForm(found)
        size = _limit(request)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(one) for one in sentences] for name, sentences in form.errors.items()}
            )
        noted, typed = choices.reading(form, found), form.cleaned_data
        # Of how much there may be in the answer the watch makes a sum.
        cursors = {f"{name}_id": typed[name] for name in ("before", "after") if typed[name] is not None}
        noted["details"] |= {"limit": size, **cursors}
        record("trail.viewed", actor=actor_of(request._request), **noted)
        entries = Entry.objects.visible_to(_viewer(request)).filter_by(form.filters())
        page = entries.page(before=form.cleaned_data["before"], after=form.cleaned_data["after"], size=size)
        places = dict(
            Leaf.objects.filter(entry_id__in=[one.pk for one in page.entries]).values_list(
                "entry_id", "index"
            )
        )
        return Response(
            {
                "entries": [told.entry_as_json(one, places.get(one.pk)) for one in page.entries],
                "next": _turned(request, found, "before", page.older),
                "previous": _turned(request, found, "after", page.newer),
            }
        )


class OneEntry(Reading):
    """One entry."""

    @extend_schema(operation_id="trail_entry", responses={200: told.EntrySerializer, **NONE, **PROBLEMS})
    def get(self, request: Request, entry_id: int) -> Response:
        """An entry by its id. Opening it is an entry too."""
        entry = get_object_or_404(Entry.objects.visible_to(_viewer(request)), pk=entry_id)
        record(
            "trail.entry.opened",
            actor=actor_of(request._request),
            customer=entry.customer,
            details={"entry": f"#{entry.pk}", "entry_id": entry.pk, "opened_action": entry.action},
        )
        index = Leaf.objects.filter(entry_id=entry.pk).values_list("index", flat=True).first()
        return Response(told.entry_as_json(entry, index))


class Inclusion(Reading):
    """The proof of one entry."""

    @extend_schema(
        operation_id="trail_entry_proof", responses={200: told.InclusionSerializer, **NONE, **PROBLEMS}
    )
    def get(self, request: Request, entry_id: int) -> Response:
        """The path from an entry to the root of the newest checkpoint; 404 while it waits for its seal."""
        self.noted(request, f"the proof of entry #{entry_id}")
        if entry_id > LARGEST_ID:
            # A key of another table is not measured by Django, and SQLite refuses to be asked.
            raise Http404
        leaf, point = get_object_or_404(Leaf, entry_id=entry_id), last_checkpoint()
        if point is None:
            raise Http404
        return Response(
            {
                "index": leaf.index,
                "leaf_hash": text_of(bytes(leaf.hash)),
                "proof": proof_of(tree_at(point.size), leaf.index),
                "checkpoint": told.checkpoint_as_json(point),
            }
        )


class Checkpoints(Reading):
    """Checkpoints, newest first."""

    @extend_schema(
        operation_id="trail_checkpoints",
        parameters=[OpenApiParameter("before", int, description="Checkpoints of a smaller size"), LIMIT],
        responses={200: told.CheckpointPageSerializer, **BAD, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """A page of signed checkpoints."""
        size, before = _limit(request), _number(request, "before")
        self.noted(
            request, "checkpoints" if before is None else f"checkpoints of less than {before:,} entries"
        )
        found = Checkpoint.objects.order_by("-size")
        shown = list((found.filter(size__lt=before) if before is not None else found)[: size + 1])
        more = shown[size - 1].size if len(shown) > size else None
        return Response(
            {
                "checkpoints": [told.checkpoint_as_json(one) for one in shown[:size]],
                "next": _turned(request, {}, "before", more),
            }
        )


class OneCheckpoint(Reading):
    """One checkpoint."""

    @extend_schema(
        operation_id="trail_checkpoint", responses={200: told.CheckpointSerializer, **NONE, **PROBLEMS}
    )
    def get(self, request: Request, size: int) -> Response:
        """The checkpoint at exactly this size."""
        self.noted(request, f"the checkpoint over {size:,} entries")
        return Response(told.checkpoint_as_json(get_object_or_404(Checkpoint, size=size)))


class Consistency(Reading):
    """The proof that nothing before was changed."""

    @extend_schema(
        operation_id="trail_consistency", responses={200: told.ConsistencySerializer, **NONE, **PROBLEMS}
    )
    def get(self, request: Request, size: int, old: int) -> Response:
        """Proof that the checkpoint at “size” goes on from the one at “old”."""
        self.noted(request, f"the proof from {old:,} to {size:,} entries")
        new, before = get_object_or_404(Checkpoint, size=size), get_object_or_404(Checkpoint, size=old)
        if not before.size <= new.size:
            raise Http404
        return Response(
            {
                "old": told.checkpoint_as_json(before),
                "new": told.checkpoint_as_json(new),
                "proof": [text_of(one) for one in tree_at(new.size).consistency(before.size)],
            }
        )


class Keys(Reading):
    """The keys that sign checkpoints."""

    @extend_schema(operation_id="trail_keys", responses={200: told.KeySerializer(many=True), **PROBLEMS})
    def get(self, request: Request) -> Response:
        """All public keys, first to current, each handed over to by the one before."""
        self.noted(request, "its public keys")
        return Response(list(SigningKey.objects.order_by("pk").values("vkey", "since_size", "handover")))


def _viewer(request: Request) -> Viewer:
    return cast(Viewer, request.user)


def _limit(request: Request) -> int:
    found = _number(request, "limit")
    if found is not None and not 1 <= found <= LARGEST:
        raise ValidationError({"limit": [f"A number from 1 to {LARGEST}."]})
    return found or USUAL


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValidationError({name: ["A whole number."]})
    return int(text) if text else None


def _turned(request: Request, found: Mapping[str, str], cursor: str, at: int | None) -> str | None:
    """The address of the next page in one direction, with the filters as they were understood."""
    if at is None:
        return None
    size = request.query_params.get("limit", "")
    return address.link(request.path, {**found, "limit": size}, **{cursor: str(at)})
