"""Goes over everything that is kept sealed, and seals it anew under the secret key of now.

Nobody keeps a list of what is sealed where, which a new column could be missing on: every column of every table is
looked through for what begins as sealed values do.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Substr

from apps.core.sealing import MARK, under_which

# So many values in memory at once; one may be some hundred thousand bytes.
AT_ONCE = 50
KINDS = (models.TextField, models.CharField, models.BinaryField)
# Is given each write, which returns how many values it changed, and makes it.
Writing = Callable[[Callable[[], int]], None]


@dataclass(frozen=True)
class Column:
    """What was found in one column: sealed under the key of now, under an older one, under none that is known."""

    name: str
    current: int
    older: int
    unknown: int


def look(*, write: Writing | None = None, but: Collection[str] = ()) -> list[Column]:
    """Every column that holds sealed values; with `write` those under an older key lie under the new one afterwards.

    It may be stopped and begun again, and run while people work: a value that changed meanwhile is left alone.

    write  makes each write, and may say before the first that it begins
    but    labels of models that hold none, as ``room.Model``: large tables need not be read for nothing
    """
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields if model._meta.label not in but else ():
            if isinstance(field, KINDS) and not field.choices and not field.remote_field:
                counted = Counter(_over(model, field, write=write))
                if counted:
                    name = f"{model._meta.label}.{field.name}"
                    column = Column(name, counted["current"], counted["older"], counted["unknown"])
                    found.append(column)
    return found


def _over(
    model: type[models.Model], field: "models.Field[Any, Any]", *, write: Writing | None
) -> Iterator[str]:
    rows, last = _sealed_rows(model, field), None
    while page := list((rows.filter(pk__gt=last) if last is not None else rows)[:AT_ONCE]):
        for last, value in page:
            yield _state(model, field, last, value, write=write)


def _sealed_rows(model: type[models.Model], field: "models.Field[Any, Any]") -> "models.QuerySet[Any, Any]":
    rows: models.QuerySet[Any, Any] = model._base_manager.order_by("pk")
    if isinstance(field, models.BinaryField):
        begins = Substr(field.name, 1, len(MARK), output_field=models.BinaryField())
        rows = rows.alias(begins=begins).filter(begins=MARK)
    else:
        rows = rows.filter(**{f"{field.name}__startswith": MARK.decode()})
    return rows.values_list("pk", field.name)


def _state(model: type[models.Model], field: Any, pk: Any, value: Any, *, write: Writing | None) -> str:
    is_text = isinstance(value, str)
    known = under_which(value.encode() if is_text else bytes(value))
    if known is None:
        return "unknown"
    secret, anew = known
    if secret == settings.SECRET_KEY:
        return "current"
    if write:
        same = model._base_manager.filter(pk=pk, **{field.name: value})
        write(lambda: same.update(**{field.name: anew.decode() if is_text else anew}))
    return "older"
