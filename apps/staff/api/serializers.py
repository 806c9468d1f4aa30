"""Shapes that all rooms' answers share, as the API's document tells them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.audit.api.serializers import OUTCOMES, ProblemSerializer

__all__ = [
    "OUTCOMES",
    "CustomerField",
    "PointsField",
    "ProblemSerializer",
    "SaidSerializer",
    "Text",
    "ToldPoints",
    "moment",
    "points",
    "said",
]

MOST_ID = 10**15


class SaidSerializer(serializers.Serializer[Any]):
    """How it stands, in the words of the pages."""

    text = serializers.CharField(allow_blank=True)
    next_step = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True, help_text="Capillary's number, where it gave one.")
    request_id = serializers.CharField(allow_blank=True)


def said(standing: Any) -> dict[str, str]:
    """Of what the rooms tell on their pages, the parts that name nobody."""
    return {name: str(getattr(standing, name)) for name in ("text", "next_step", "code", "request_id")}


class CustomerField(serializers.IntegerField):
    """Capillary's internal customer id."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Capillary's internal customer id.")
        super().__init__(min_value=1, max_value=MOST_ID, **kwargs)


class Text(serializers.CharField):
    """A line somebody reads; the service says what is wrong with its words. Control signs are nobody's words."""

    def __init__(self, *, longest: int = 1000, **kwargs: Any) -> None:
        super().__init__(max_length=longest, **kwargs)


class PointsField(serializers.DecimalField):
    """Points as text, such as "250" or "1200.5"; the service says how many places they may have."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=3, coerce_to_string=True, **kwargs)


@extend_schema_field({"type": "string", "example": "250"})
class ToldPoints(serializers.CharField):
    """Points as text, null where the outside does not tell."""


def points(value: Decimal | None) -> str | None:
    """A number as text without needless places."""
    return None if value is None else f"{value.normalize():f}"


def moment(value: Any) -> str | None:
    """A time in UTC."""
    return None if value is None else value.isoformat()
