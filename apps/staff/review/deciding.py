"""Keeping a right, or taking it away, with who, when and why."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Conflict, Missing, Refused
from apps.core.words import line as one_line
from apps.core.words import needed
from apps.staff.confirming.guard import needs_second
from apps.staff.models import Membership, User
from apps.staff.people.guarding import administers, hold_still
from apps.staff.people.memberships import end
from apps.staff.review.reading import REVIEW, lines_decided_by, right_of
from apps.staff.review.rows import ReviewLine

LONGEST = 300
Decision = ReviewLine.Decision


class EndsElsewhere(Refused):
    """The right waits for a second person before it ends: on the page of whoever holds it, and not here."""


def keep(*, actor: Actor, user: User, pk: int, reason: str = "") -> ReviewLine:
    """The right stays. Raises: Missing for a line that is not theirs to decide on; Conflict when it was decided on"""
    words = one_line(reason, LONGEST, "reason")
    with transaction.atomic():
        line = _still_open(user, pk)
        if right_of(line) is None:
            return _settled(line, Decision.ENDED)
        _settled(line, Decision.KEEP, actor, words)
        _note("staff.review.kept", actor, line)
    return line


def remove(*, actor: Actor, user: User, pk: int, reason: str) -> ReviewLine:
    """The right ends now, by the same service as on the person's page.

    Raises: BadInput (reason); Missing, Conflict as `keep`; EndsElsewhere where a second person confirms it; Refused
            where the right must stay, such as the last administrator's
    """
    words = needed(reason, LONGEST, "reason", missing=_("Say why this is taken away."))
    with transaction.atomic():
        # People before lines, as where a round is closed: nobody waits for one while holding the other.
        hold_still(
            actor, *ReviewLine.objects.filter(pk=pk, person__isnull=False).values_list("person_id", flat=True)
        )
        line = _still_open(user, pk)
        held = right_of(line)
        if held is None:
            return _settled(line, Decision.ENDED)
        _check_ends_here(actor, held)
        end(actor=actor, pk=held.user_id, membership_pk=held.pk, permission=REVIEW, reason=words)
        _settled(line, Decision.REMOVE, actor, words)
        _note("staff.review.removed", actor, line)
    return line


def _check_ends_here(actor: Actor, held: Membership) -> None:
    if administers(held.as_role) and needs_second(actor):
        name = held.user.name
        raise EndsElsewhere(
            _(
                "%(name)s gives roles to others, so a second person confirms that this ends: nothing was changed."
            )
            % {"name": name},
            next_step=_("An administrator asks for it on the page of %(name)s; then decide here.")
            % {"name": name},
        )


def _still_open(user: User, pk: int) -> ReviewLine:
    line = ReviewLine.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if line is None or not lines_decided_by(user).filter(pk=pk).exists():
        raise Missing(_("There is no such line for you to decide on."), next_step=_("Open the review again."))
    if line.decision:
        raise Conflict(
            _("%(line)s: decided on already, by %(name)s.")
            % {"line": line, "name": line.decided_by_name or _("nobody")},
            next_step=_("Load the page again."),
        )
    return line


def _settled(line: ReviewLine, decision: str, actor: Actor | None = None, reason: str = "") -> ReviewLine:
    line.decision, line.reason, line.decided_at = decision, reason, timezone.now()
    if actor:
        line.decided_by_id, line.decided_by_name, line.decided_by_role = (
            actor.user_id,
            actor.name,
            actor.role,
        )
    line.save()
    return line


def _note(action: str, actor: Actor, line: ReviewLine) -> None:
    details = {"role": line.role_title, "store": line.store_code or "all", "review": line.review.number}
    record(action, actor=actor, subject=line.person_name, reason=line.reason, details=details)
