"""Forms that were sent while the page was locked: kept sealed, and handed on once to whoever sent them."""

import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from apps.core.sealing import Sealer
from apps.staff.session_models import HeldForm
from apps.staff.sessions.lasting import Standing

# What opens something is never kept: passwords, codes, answers of devices. Nor the token of the page it came from.
# By whole names where a word is common: a till's code that was left out would be taken away by what goes through.
NEVER_KEPT = re.compile(
    r"passw|otp|secret|credential|assertion|passkey|csrfmiddlewaretoken|^lock-|^proof-"
    r"|^(recovery_?|validation_?|one_?time_?)?code$|^(current|new|again|answer)$",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Nobody has more open at once; the oldest makes room.
MOST = 20
_sealer = Sealer("apps.staff.sessions.held")


@dataclass(frozen=True)
class Held:
    """A form as it was sent.

    path   its address with the query;  back  the page it was on, empty when not known
    files  names of the fields whose files could not be kept
    """

    path: str
    back: str = ""
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def data(self) -> QueryDict:
        """The fields, as a request has them."""
        found = QueryDict(mutable=True)
        for name, values in self.fields:
            found.setlist(name, values)
        return found


def hold(request: HttpRequest, standing: Standing) -> str:
    """Keep what this request sends; returns the token it is handed out for."""
    held = Held(
        path=request.get_full_path(),
        back=_page_before(request),
        fields=[(name, values) for name, values in request.POST.lists() if not NEVER_KEPT.search(name)],
        files=list(request.FILES),
    )
    token = secrets.token_urlsafe(16)
    HeldForm.objects.create(
        person_id=standing.person_id,
        opening=standing.opening,
        token=token,
        sealed=_sealer.seal(json.dumps([held.path, held.back, held.fields, held.files])),
    )
    mine = HeldForm.objects.filter(opening=standing.opening).order_by("-pk")
    HeldForm.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST:])).delete()
    return token


def waits(token: str, standing: Standing) -> bool:
    """Whether a form of this signing-in waits under this token."""
    return bool(_of(token, standing).exists())


def look(token: str, standing: Standing) -> Held | None:
    """The form, left where it is; None as `take`."""
    row = _of(token, standing).first()
    return _opened(row.sealed) if row else None


def take(token: str, standing: Standing) -> Held | None:
    """The form, once: whoever comes second, with another session or as somebody else, gets None."""
    row = _of(token, standing).first()
    if row is None:
        return None
    gone, _kinds = HeldForm.objects.filter(pk=row.pk).delete()
    return _opened(row.sealed) if gone else None


def _opened(sealed: str) -> Held | None:
    opened = _sealer.unseal(sealed)
    if not opened:
        return None
    path, back, fields, files = json.loads(opened)
    return Held(path, back, [(name, values) for name, values in fields], files)


def _of(token: str, standing: Standing):  # type: ignore[no-untyped-def]
    if not TOKEN.fullmatch(token):
        return HeldForm.objects.none()
    return HeldForm.objects.filter(token=token, opening=standing.opening, person_id=standing.person_id)


def _page_before(request: HttpRequest) -> str:
    """The page of ours the form was on, without host."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(told)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
