"""One row of long work: what it asks for, sealed, and what became of it."""

import json
import uuid
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.sealing import Sealer
from apps.operations.models.work import Operation
from apps.operations.work.states import LEFT, ItemState

_sealer = Sealer("console operations rows")
NAMESPACE = uuid.UUID("7d0f4c1e-5d0a-5b8e-9c1b-6f3a2f0f7c11")


class Item(models.Model):
    """One row.

    row            1 is the first row of data
    input_sealed   {"cells": [as in the file], "values": {name: plain value}}, encrypted
    digest         keyed hash of what the row means: equal rows of one kind have the same
    mask           the customer as people may see it without asking
    gives          what the customer gets, in words that are the same for equal things; "" for points and money
    problems       [{"column", "words", "code"}] of the dry run
    words, code    how it ended, for people
    act_reference  of the act it led to, in the room's own table
    output         what came out, nothing personal; output_sealed the same where it is personal
    token          form token of the service: running the row twice is the same act
    look_at        when what became of it is looked at again
    """

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="items")
    row = models.PositiveIntegerField()
    input_sealed = models.TextField(blank=True)
    digest = models.BinaryField(null=True)
    customer_id = models.BigIntegerField(null=True)
    mask = models.CharField(max_length=80, blank=True)
    store_code = models.CharField(max_length=40, blank=True)
    points = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    gives = models.CharField(max_length=200, blank=True)
    money = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    problems = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.NEW)
    words = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=20, blank=True)
    act_reference = models.CharField(max_length=40, blank=True)
    output = models.JSONField(default=dict, blank=True)
    output_sealed = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    given_back = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operation", "row"], name="item_once")]
        indexes = [
            models.Index(fields=["operation", "state", "row"], name="item_by_state"),
            models.Index(fields=["digest"], name="item_by_meaning", condition=Q(digest__isnull=False)),
            models.Index(fields=["look_at"], name="item_not_known", condition=Q(state=ItemState.UNKNOWN)),
            models.Index(
                fields=["operation", "-ended_at"], name="item_last_ended", condition=Q(ended_at__isnull=False)
            ),
        ]

    @cached_property
    def input(self) -> dict[str, Any]:
        """What the row asks for: {"cells", "values"}; empty when the secret key has changed since."""
        text = _sealer.unseal(self.input_sealed)
        return dict(json.loads(text)) if text else {"cells": [], "values": {}}

    @property
    def values(self) -> dict[str, Any]:
        """By the kind's own names, as its `read_row` gave them."""
        return dict(self.input["values"])

    @property
    def cells(self) -> list[str]:
        """As they stand in the file, in the order of the operation's columns."""
        return list(self.input["cells"])

    @property
    def results(self) -> dict[str, Any]:
        """What came out, personal or not."""
        text = _sealer.unseal(self.output_sealed)
        return dict(json.loads(text)) if text else dict(self.output)

    @property
    def is_left(self) -> bool:
        """Whether it is still to be done."""
        return self.state in LEFT


def seal_input(cells: list[str], values: dict[str, Any]) -> str:
    """The sealed form of a row's input. Raises TypeError for values JSON does not know."""
    return _sealer.seal(json.dumps({"cells": cells, "values": values}, ensure_ascii=False))


def seal_output(output: dict[str, Any]) -> str:
    """The sealed form of a personal result, empty for none."""
    return _sealer.seal(json.dumps(output, ensure_ascii=False, default=_plain)) if output else ""


def token_of(reference: str, row: int) -> uuid.UUID:
    """The form token of a row: always the same for the same row of the same operation."""
    return uuid.uuid5(NAMESPACE, f"{reference}/{row}")


def _plain(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
