"""The reasons people choose from: added, reworded, put in order, switched off."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.goodwill.models import Reason
from apps.goodwill.ruling import check_may, save_rule
from apps.staff.models import User

LONGEST_CODE = 36
FIELDS = ("title", "needs_words", "is_active")


def add_reason(*, actor: Actor, user: User, title: str, needs_words: bool) -> Reason:
    """A new reason, offered at the end of the list. Raises Refused; BadInput (title) for one that is there."""
    words = _title(title)
    last = Reason.objects.order_by("-position").first()
    code = _free_code(words)
    # Again: whoever added the same words meanwhile has their code, and another one would be free.
    _check_words(words)
    reason = Reason(
        code=code,
        title=words,
        needs_words=needs_words,
        position=last.position + 1 if last else 0,
    )
    return save_rule(actor=actor, user=user, rule=reason, once=lambda: _check_words(words))


def shown(reason: Reason | None) -> dict[str, Any]:
    """What a form about it shows."""
    return {name: getattr(reason, name) for name in FIELDS} if reason else {}


def change_reason(
    *,
    actor: Actor,
    user: User,
    reason: Reason,
    title: str,
    needs_words: bool,
    is_active: bool,
    opened: str = "",
) -> Reason:
    """Reword it, or offer it no more; requests made earlier keep the words they were made with.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Refused; BadInput (title) for words of another reason; BadInput (is_active) for the last one offered;
            Conflict where it was changed since
    """
    faults = Faults()
    with faults:
        reason.title = _title(title, reason)
    with faults:
        if not is_active and not Reason.objects.filter(is_active=True).exclude(pk=reason.pk).exists():
            raise BadInput(
                _("This is the last reason that is offered. Nobody could ask without one."), field="is_active"
            )
    faults.tell()
    reason.needs_words, reason.is_active = needs_words, is_active
    return save_rule(actor=actor, user=user, rule=reason, opened=opened, shown=shown)


def move_reason(*, actor: Actor, user: User, reason: Reason, up: bool) -> bool:
    """One place up or down in the list people choose from; False when it is at that end already.

    Raises: Refused
    """
    check_may(user)
    with transaction.atomic():
        rows = list(Reason.objects.select_for_update().order_by("position", "title"))
        before = [one.title for one in rows]
        here = next(place for place, one in enumerate(rows) if one.pk == reason.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return False
        rows[here], rows[there] = rows[there], rows[here]
        for place, one in enumerate(rows):
            one.position = place
        Reason.objects.bulk_update(rows, ["position"])
        order = [", ".join(before), ", ".join(one.title for one in rows)]
        record(
            "goodwill.rule.saved",
            actor=actor,
            subject="the order of the reasons",
            details={"changed": {"order": order}},
        )
    return True


def _title(title: str, reason: Reason | None = None) -> str:
    words = " ".join(title.split())
    if not words:
        raise BadInput(_("Write the reason as people will read it."), field="title")
    _check_words(words, reason)
    return words


def _check_words(words: str, reason: Reason | None = None) -> None:
    others = Reason.objects.exclude(pk=reason.pk) if reason else Reason.objects.all()
    if others.filter(title__iexact=words).exists():
        raise BadInput(_("There is a reason with these words already."), field="title")


def _free_code(title: str) -> str:
    """A short name for exports that stays when the reason is reworded."""
    stem = slugify(title)[:LONGEST_CODE] or "reason"
    taken = set(Reason.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for code in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if code not in taken
    )
