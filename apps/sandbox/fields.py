"""Exact decimals that SQLite can sum: stored as whole thousandths."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

_SCALE = Decimal(1000)

if TYPE_CHECKING:
    _Base = models.BigIntegerField[Decimal | int | None, Decimal]
else:
    _Base = models.BigIntegerField


class ThousandthsField(_Base):
    """A Decimal with three places, kept as an integer so that SUM in the database is exact."""

    def from_db_value(self, value: int | None, expression: object, connection: object) -> Decimal | None:
        """Turn stored thousandths into a Decimal."""
        return None if value is None else Decimal(value) / _SCALE

    def get_prep_value(self, value: Any) -> int | None:
        """Turn a Decimal, int or numeric text into whole thousandths."""
        return None if value is None else int((Decimal(value) * _SCALE).to_integral_value())

    def to_python(self, value: Any) -> Decimal | None:
        """Decimal of whatever a form or a fixture gives."""
        return None if value is None else Decimal(value)
