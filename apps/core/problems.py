"""Errors of the API as problem details. Source: RFC 9457."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InternalError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core.context import current_reference
from apps.core.errors import ConsoleError, Unavailable

log = logging.getLogger("console.request")

TYPE = "application/problem+json"


# A write that says these was begun by another call: nobody says here that it was not done.
BEGUN_BEFORE = frozenset({"idempotency_key_in_progress", "idempotency_answer_lost"})
TOO_MANY = 429


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The problem, and of a write that certainly did not take place that it did not."""
    made = _told(error, context)
    request = context.get("request")
    if request is not None and request.method not in {"GET", "HEAD", "OPTIONS"} and _is_certain(made):
        made.data["outcome"] = "not_done"
    return made


def _is_certain(made: Response) -> bool:
    said = made.status_code < 500 and made.status_code != TOO_MANY
    return said and made.data.get("code") not in BEGUN_BEFORE


def _told(error: Exception, context: Mapping[str, Any]) -> Response:
    """What went wrong as ``{type, title, status, detail, reference, …}``, also what nobody foresaw: a program reads no
    page, and what an error says of itself is for the log alone."""
    if isinstance(error, (OperationalError, InternalError)):
        log.error("The database is ill: %s", type(error).__name__, exc_info=error)
        error = Unavailable("The console cannot write anything down at the moment.")
    if isinstance(error, ConsoleError):
        return _problem(
            error.http_status,
            error.title,
            error.message,
            next_step=error.next_step,
            code=error.code,
            request_id=error.request_id,
            errors=_by_field(error),
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    answer = exception_handler(error, dict(context))
    if answer is None or not isinstance(error, exceptions.APIException):
        log.error("Nobody foresaw this: %s", type(error).__name__, exc_info=error)
        return _problem(
            500,
            "Something went wrong",
            "Nobody foresaw this.",
            next_step="A write may be sent again with the same Idempotency-Key. Quote the reference.",
        )
    fields = error.detail if isinstance(error, exceptions.ValidationError) else {}
    detail = "Some values cannot be used as they are." if fields else str(error.detail)
    made = _problem(answer.status_code, _title(error), detail, errors=fields)
    for name, value in answer.items():
        if name.lower() not in {"content-type", "content-length"}:
            made[name] = value
    return made


def _by_field(error: ConsoleError) -> dict[str, list[str]]:
    """What is wrong beside each field, all of it."""
    found: dict[str, list[str]] = {}
    for one in (error, *error.also):
        if one.field:
            found.setdefault(one.field, []).append(one.message)
    return found


def _problem(status: int, title: str, detail: str, **more: Any) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body |= {"reference": current_reference()} | {name: value for name, value in more.items() if value}
    return Response(body, status=status, content_type=TYPE)


def _title(error: exceptions.APIException) -> str:
    return str(error.default_code).replace("_", " ").capitalize()
