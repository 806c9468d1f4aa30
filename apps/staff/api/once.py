"""Each write of a program once: what was asked under which Idempotency-Key, and what it was answered.

Exactly once is not promised by this table but by the rows of the acts: every try under one key gives the services the
same token, which they act for once. The table keeps the answer and tells programs that are too quick to wait.
"""

import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import BadInput, Conflict
from apps.core.sealing import Sealer, secrets
from apps.staff.models import ApiAct, ApiKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
KEPT_FOR = timedelta(hours=48)
# Longer than any act takes; whoever is still at it then gives the services the same token as whoever takes over.
TAKEN_OVER_AFTER = timedelta(minutes=3)
WAIT_SECONDS = 2
_sealer = Sealer("staff.api.answers")

State = ApiAct.State
Act = Callable[[UUID, datetime | None], Response]


class NoKey(BadInput):
    """The header is missing or cannot be one."""

    http_status = 400
    title = "Idempotency-Key is missing"


class OtherBody(BadInput):
    """The same key with something else in it."""

    title = "Idempotency-Key was used for something else"


class StillGoing(Conflict):
    """Another call with this key is on its way."""

    title = "Still going on"


@sensitive_variables("body")
def once(request: Request, key: ApiKey, body: Any, act: Act) -> Response:
    """The answer of the act, carried out once for each Idempotency-Key of the key.

    act     (token, since) → answer. since is None at the first try; later it is when that one began, and may have got
            as far as anything: an act whose service takes no token looks at its rows first. What it raises leaves
            the row for another try with the same token
    Raises: NoKey, OtherBody, StillGoing
    """
    text = _text(request)
    row, is_mine, since = _row(key, text, _asked(request, body))
    if not is_mine:
        return _kept(row)
    try:
        answer = act(row.token, since)
    except BaseException:
        # Nobody knows how far it came, so the same key may be tried again at once: the token is the same.
        ApiAct.objects.filter(pk=row.pk, state=State.GOING).update(begun_at=None)
        raise
    if answer.status_code >= 500:
        ApiAct.objects.filter(pk=row.pk, state=State.GOING).update(begun_at=None)
        return answer
    ApiAct.objects.filter(pk=row.pk).update(
        state=State.DONE,
        status=answer.status_code,
        location=answer.get("Location", "")[:200],
        answer=_sealer.seal(json.dumps([answer.data, answer.content_type or ""], default=str)),
        begun_at=None,
    )
    return answer


def is_begun(request: Request, key: ApiKey) -> bool:
    """Whether this Idempotency-Key was sent before: then `once` answers for it, whatever is true by now."""
    text = request.headers.get(HEADER, "").strip().strip('"')
    return ApiAct.objects.filter(key=key, text=text[: LONGEST + 1]).exists()


def forget_answers() -> int:
    """Delete what is older than programs were told; how many. Nothing that goes on is that old."""
    deleted, _each = ApiAct.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    return int(deleted)


def _text(request: Request) -> str:
    # The draft of the IETF writes it as a string in quotes, most programs without.
    text = request.headers.get(HEADER, "").strip().strip('"')
    if not text or len(text) > LONGEST or not (text.isascii() and text.isprintable()):
        raise NoKey(
            _("Send a header Idempotency-Key with up to %(most)s letters and digits of your own.")
            % {"most": LONGEST},
            next_step=_("Use a new one for each act, such as a UUID, and the same one to repeat it."),
            code="idempotency_key_missing",
        )
    return text


def _asked(request: Request, body: Any) -> list[str]:
    """What is asked as a keyed hash: a one-time code in it cannot be found by trying all of them. The first under the
    secret key of now, others as an earlier try may have been kept."""
    store = request.headers.get("Console-Store", "").strip()
    said = json.dumps([request.method, request.path, store, body], sort_keys=True, default=str)
    return [hmac.new(f"api:{one}".encode(), said.encode(), sha256).hexdigest() for one in secrets()]


def _row(key: ApiKey, text: str, asked: list[str]) -> tuple[ApiAct, bool, datetime | None]:
    """The row, whether it is this call's to act on, and since when an earlier one may have acted."""
    try:
        with transaction.atomic():
            return ApiAct.objects.create(key=key, text=text, asked=asked[0]), True, None
    except IntegrityError:
        row = ApiAct.objects.get(key=key, text=text)
    if not any(hmac.compare_digest(row.asked, one) for one in asked):
        raise OtherBody(
            _("This Idempotency-Key was sent before with something else."),
            next_step=_("Use a new one for each act."),
            code="idempotency_key_reused",
        )
    if row.state == State.DONE:
        return row, False, None
    now = timezone.now()
    free = Q(begun_at=None) | Q(begun_at__lt=now - TAKEN_OVER_AFTER)
    if ApiAct.objects.filter(free, pk=row.pk, state=State.GOING).update(begun_at=now):
        return row, True, row.made_at
    row.refresh_from_db()
    if row.state == State.DONE:
        return row, False, None
    raise StillGoing(
        _("Another call with this Idempotency-Key is on its way."),
        next_step=_("Send it again in a moment: you get the answer of the other one."),
        code="idempotency_key_in_progress",
    )


def _kept(row: ApiAct) -> Response:
    """The answer as it was. Raises StillGoing where it can be read no more: it is never done again."""
    text = _sealer.unseal(row.answer)
    if not text:
        raise OtherBody(
            _("What this Idempotency-Key was answered can be read no more; it was done once."),
            next_step=_("Look in the list of what you asked."),
            code="idempotency_answer_lost",
        )
    data, content_type = json.loads(text)
    answer = Response(data, status=row.status, content_type=content_type or None)
    answer[REPLAYED] = "true"
    if row.location:
        answer["Location"] = row.location
    return answer
