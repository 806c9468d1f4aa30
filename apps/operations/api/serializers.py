"""Shapes of long work, as the API's document tells them."""

from typing import Any

from rest_framework import serializers

from apps.operations.models import Operation
from apps.operations.work import kinds
from apps.operations.work.kinds import Kind
from apps.operations.work.states import State
from apps.staff.api.serializers import OUTCOMES, Text, moment

LONGEST_WORDS = 300


class ColumnSerializer(serializers.Serializer[Any]):
    """One column of the file, or one thing asked for all rows."""

    name = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    help = serializers.CharField(allow_blank=True)


class KindSerializer(serializers.Serializer[Any]):
    """One kind of long work this key may start with a file."""

    code = serializers.CharField()
    title = serializers.CharField()
    columns = ColumnSerializer(many=True)
    parameters = ColumnSerializer(many=True)


class UploadingSerializer(serializers.Serializer[Any]):
    """A file whose rows are to be done, as multipart/form-data. Parameters are sent as ``parameters.<name>``."""

    kind = Text(longest=40)
    file = serializers.FileField(allow_empty_file=True)
    title = Text(longest=200, required=False, default="", allow_blank=True)
    stop_after_errors = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2_000_000_000
    )
    parameters = serializers.DictField(
        child=Text(longest=200, allow_blank=True), required=False, default=dict
    )


class OperationWordsSerializer(serializers.Serializer[Any]):
    """Why; others read it."""

    reason = Text(longest=LONGEST_WORDS, required=False, default="", allow_blank=True)


class OperationSerializer(serializers.Serializer[Any]):
    """One operation, as it stands."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, help_text="not_known_yet while it is read, checked, run or stopping."
    )
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    stopping = serializers.BooleanField()
    problem = serializers.CharField(allow_blank=True)
    store = serializers.CharField(allow_blank=True)
    asked_by = serializers.CharField()
    at = serializers.CharField()
    rows = serializers.IntegerField()
    ready = serializers.IntegerField(help_text="Rows the dry run found ready.")
    left_out = serializers.IntegerField(help_text="Rows the dry run left out.")
    points = serializers.CharField(allow_null=True, help_text="Of all ready rows together.")
    problems = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by what is wrong.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Rows by how they stand; not in lists."
    )
    why = serializers.ListField(child=serializers.CharField(), help_text="Why a second person approves.")
    sha256 = serializers.CharField(allow_blank=True)
    approved_by = serializers.CharField(allow_blank=True)


class OperationPageSerializer(serializers.Serializer[Any]):
    """One page, newest first."""

    items = OperationSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the page behind this one.")


def kind_as_json(kind: Kind) -> dict[str, Any]:
    """As KindSerializer tells it."""
    return {
        "code": kind.code,
        "title": str(kind.title),
        "columns": [_column(one) for one in kind.columns],
        "parameters": [_column(one) for one in kind.asks],
    }


def operation_as_json(operation: Operation) -> dict[str, Any]:
    """As OperationSerializer tells it."""
    totals = operation.totals
    return {
        "id": operation.pk,
        "number": operation.number,
        "outcome": "not_known_yet" if is_moving(operation) else "done",
        "kind": operation.kind,
        "title": operation.title,
        "state": operation.state,
        "stopping": operation.is_stopping,
        "problem": operation.problem,
        "store": operation.store.code if operation.store else "",
        "asked_by": operation.requester_name,
        "at": moment(operation.created_at),
        "rows": operation.rows,
        "ready": int(totals.get("ready") or 0),
        "left_out": int(totals.get("bad") or 0),
        "points": totals.get("points"),
        "problems": {str(words): int(rows) for words, rows in (totals.get("problems") or {}).items()},
        "why": [one["words"] for one in operation.why],
        "sha256": operation.file_sha256,
        "approved_by": operation.approved_name,
    }


def is_moving(operation: Operation) -> bool:
    """Whether workers are at it."""
    return operation.state in (State.READING, State.CHECKING, State.RUNNING) or operation.is_stopping


def _column(one: kinds.Column) -> dict[str, Any]:
    return {"name": one.name, "required": one.required, "help": str(one.help)}
