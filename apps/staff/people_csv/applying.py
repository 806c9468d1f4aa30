"""Doing what the dry run of a file of people said, by the services of the pages: all of it, or nothing."""

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Conflict, Missing
from apps.staff.models import User
from apps.staff.people import invites, memberships
from apps.staff.people.guarding import hold_still
from apps.staff.people_csv.planning import LAST_DAY, NEW, ROLE, Plan, Step, plan_of
from apps.staff.people_csv.reading import rows_of
from apps.staff.people_csv.rows import PeopleFile

Invited = list[tuple[User, str]]


def plan_file(file: PeopleFile) -> Plan:
    """The dry run of a kept file, as things are now. Raises: BadInput (file); Conflict when its text has gone"""
    text = file.plain
    if not text:
        raise Conflict(
            _("This file was applied already, or is not kept any more."), next_step=_("Upload it again.")
        )
    return plan_of(rows_of(text), made_by_id=file.made_by_id, change_existing=file.change_existing)


@sensitive_variables("invited")
def apply_file(*, actor: Actor, pk: int) -> Invited:
    """Invite those who are new and give the others what the file says. The new people, each with their link's text.

    Raises: Missing; Conflict when it was applied, and when a dry run finds something wrong now; whatever the services
            of the pages say: then nothing is done
    """
    with transaction.atomic():
        file = PeopleFile.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if file is None:
            raise Missing(_("There is no such file."), next_step=_("Upload it again."))
        # All at once and in one order, or two of these could wait for each other for ever.
        hold_still(actor, *(one.person.pk for one in plan_file(file).steps if one.person))
        plan = plan_file(file)
        if plan.problems or not plan.does_something:
            raise Conflict(
                _("Something has changed since the dry run, so nothing was done."),
                next_step=_("Look at the dry run again."),
            )
        invited = _invite_new(actor, [one for one in plan.steps if one.what == NEW])
        for step in (one for one in plan.steps if one.what in (ROLE, LAST_DAY) and one.person):
            _give(actor, step.person, step)  # type: ignore[arg-type]  # asked just now
        file.text, file.applied_at = "", timezone.now()
        file.save(update_fields=["text", "applied_at"])
        details = {**plan.counts, "file_sha256": file.sha256}
        record("staff.people_imported", actor=actor, subject=file.name, details=details)
    return invited


@sensitive_variables()
def _invite_new(actor: Actor, steps: Sequence[Step]) -> Invited:
    """One link for each; the stores of a role that have one last day go together, other roles are given after."""
    found: Invited = []
    for email, theirs in groupby(
        sorted(steps, key=lambda one: (one.email, one.row)), key=lambda one: one.email
    ):
        first, *rest = list(theirs)
        if first.role is None:
            continue
        person, token = invites.invite(
            actor=actor,
            email=email,
            name=first.name,
            role=first.role.code,
            stores=[first.store] if first.store else [],
            last_day=first.last_day,
        )
        for step in rest:
            _give(actor, person, step)
        found.append((person, token))
    return found


def _give(actor: Actor, person: User, step: Step) -> None:
    if step.role:
        memberships.give(
            actor=actor, pk=person.pk, role=step.role.code, store=step.store, last_day=step.last_day
        )
