"""Long work over the API: kinds, upload with its dry run, lists, and one operation."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import BadInput, ConsoleError, Refused
from apps.operations.api import serializers as told
from apps.operations.models import Operation
from apps.operations.work import services
from apps.operations.work.ending import counts_of
from apps.operations.work.files import keep, table_of
from apps.operations.work.kinds import Kind, kinds_for
from apps.operations.work.states import State
from apps.operations.work.tables import places_of
from apps.operations.work.tracing import trace
from apps.staff.api.base import ActingView, accepted
from apps.staff.api.paging import PAGING

RUN = "staff.run_operations"
# As on the page: a larger file is looked at by the worker alone.
LOOKED_AT_ONCE = 5_000_000


class OfOperations(ActingView):
    """What the addresses of long work have in common."""

    permissions: dict[str, str | tuple[str, ...]] = {"GET": RUN, "POST": RUN}

    def operations(self) -> "QuerySet[Operation]":
        """Those this key may see."""
        return Operation.objects.visible_to(self.user).select_related("store")

    def found(self, pk: int) -> Operation:
        """Raises Http404 for another store's."""
        return get_object_or_404(self.operations(), pk=pk)

    def ended(self, operation: Operation) -> Response:
        """How it stands after an act; 202 while workers are at it."""
        kept = Operation.objects.select_related("store").get(pk=operation.pk)
        data = whole(kept)
        url = reverse("operations_api:operation", args=[kept.pk])
        return accepted(data, url) if told.is_moving(kept) else Response(data, headers={"Location": url})


class Kinds(OfOperations):
    """Kinds."""

    permissions = {"GET": RUN}

    @extend_schema(operation_id="operation_kinds", responses={200: told.KindSerializer(many=True)})
    def get(self, _request: Request) -> Response:
        """What this key may upload a file for, with the columns of the file."""
        return Response([told.kind_as_json(one) for one in kinds_for(self.user) if one.file])


class Operations(OfOperations):
    """Operations."""

    writes = ("POST",)
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="operations",
        parameters=[OpenApiParameter("state", str, enum=State.values), *PAGING],
        responses={200: told.OperationPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """Those of this key and of its stores."""
        rows, state = self.operations(), request.query_params.get("state", "")
        if state and state not in State.values:
            raise ValidationError({"state": ["There is no such state."]})
        return self.page(rows.filter(state=state) if state else rows, told.operation_as_json)

    @extend_schema(
        operation_id="operation_upload",
        request={"multipart/form-data": told.UploadingSerializer},
        responses=dict.fromkeys((200, 202), told.OperationSerializer),
    )
    def post(self, _request: Request) -> Response:
        """Upload a file. It is read and checked, and nothing of it is done before it is started."""
        asked = self.given(told.UploadingSerializer)
        kind = self._kind(asked["kind"])
        file = asked.pop("file")
        sha256 = hashlib.sha256()
        for piece in file.chunks():
            sha256.update(piece)
        digest = sha256.hexdigest()

        def act(_token: UUID, since: datetime | None) -> Response:
            earlier = self._earlier(kind, digest, since) if since else None
            return self.ended(earlier or self._started(kind, asked, file))

        return self.once(act, body={**asked, "file": [file.name, digest]})

    def _kind(self, code: str) -> Kind:
        kind = next((one for one in kinds_for(self.user) if one.code == code and one.file), None)
        if kind is None:
            raise ValidationError({"kind": ["There is no such kind of long work for this key."]})
        return kind

    def _earlier(self, kind: Kind, sha256: str, since: datetime) -> Operation | None:
        """What an earlier try of the same call began: an upload takes no token."""
        rows = Operation.objects.filter(
            requested_by=self.user, kind=kind.code, file_sha256=sha256, created_at__gte=since
        )
        return rows.order_by("pk").first()

    def _started(self, kind: Kind, asked: dict[str, Any], given: Any) -> Operation:
        file = keep(given.chunks(), name=given.name or "file")
        try:
            if file.size <= LOOKED_AT_ONCE:
                places_of(kind.columns, table_of(file).header)
            return services.start_upload(
                actor=self.actor,
                user=self.user,
                kind=kind.code,
                file=file,
                parameters={one.name: asked["parameters"].get(one.name, "") for one in kind.asks},
                title=asked["title"],
                stop_after_errors=asked["stop_after_errors"],
            )
        except (BadInput, Refused):
            file.delete()
            raise


class OneOperation(OfOperations):
    """One operation."""

    permissions = {"GET": RUN}

    @extend_schema(operation_id="operation", responses={200: told.OperationSerializer})
    def get(self, _request: Request, pk: int) -> Response:
        """How far it is. Reading somebody else's is an entry."""
        found = self.found(pk)
        if found.requested_by_id != self.user.pk:
            trace("viewed", found, actor=self.actor)
        return Response(whole(found))


class Steering(OfOperations):
    """One wish about an operation, once.

    reached  states in which an earlier try of this very call has done what it was to do
    """

    permissions = {"POST": RUN}
    writes = ("POST",)
    reached: tuple[str, ...] = ()

    def serve(self, operation: Operation, words: str) -> Operation:
        """Calls the service."""
        raise NotImplementedError

    def steer(self, pk: int) -> Response:
        """Raises Http404 for another store's."""
        found, words = self.found(pk), self.given(told.OperationWordsSerializer)["reason"]

        def act(_token: UUID, since: datetime | None) -> Response:
            try:
                return self.ended(self.serve(found, words))
            except ConsoleError:
                kept = Operation.objects.get(pk=found.pk)
                if since is None or not self.is_reached(kept):
                    raise
                return self.ended(kept)

        return self.once(act)

    def is_reached(self, operation: Operation) -> bool:
        """An earlier try of this very call did what it was to do."""
        return operation.state in self.reached


def whole(operation: Operation) -> dict[str, Any]:
    """One operation with its rows counted."""
    counts = {str(state): rows for state, rows in counts_of(operation).items()}
    return {**told.operation_as_json(operation), "counts": counts}


STEERED: dict[str, Any] = {
    "request": told.OperationWordsSerializer,
    "responses": dict.fromkeys((200, 202), told.OperationSerializer),
    "examples": [OpenApiExample("Without words", {}, request_only=True)],
}
