"""Applying a file of people, as a change that a second person confirms; and the links of those who are new."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from apps.audit.services import record
from apps.core.pages import render_page
from apps.staff.actors import actor_of
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.models import Membership, User
from apps.staff.people import invites
from apps.staff.people.changes import in_words, meaning
from apps.staff.people.guarding import MANAGE
from apps.staff.people.mail import send_link
from apps.staff.people_csv.applying import Invited, apply_file, plan_file
from apps.staff.people_csv.rows import PeopleFile

IMPORT = "staff.people_import"


def _everybody(values: Values) -> Snapshot:
    """Each person of the file with their roles; nothing for those who are not there yet."""
    file = PeopleFile.objects.filter(pk=values["file"]).first()
    if file is None:
        return Snapshot()
    rows = Membership.objects.counting().with_places().order_by("role", "store__code")
    people = User.objects.filter(email__in=values["emails"]).order_by("email")
    held = Prefetch("memberships", rows, to_attr="counting")
    facts = {f"{one.name}, {one.email}": in_words(one.counting) for one in people.prefetch_related(held)}  # type: ignore[attr-defined]
    mark = f"{file.sha256} {meaning(*values.get('roles', ()))}"
    return Snapshot(_("People of the file %(name)s") % {"name": file.name}, facts, mark=mark)


def _apply(by: By, values: Values) -> Invited:
    return apply_file(actor=by.actor, pk=values["file"])


@sensitive_variables("result", "token", "link", "links")
def _send_links(request: HttpRequest, result: Any) -> HttpResponse:
    """A mail to everybody who is new; without a mail server their links are passed on, see `invites.is_shown`."""
    links = []
    for person, token in result:
        link = request.build_absolute_uri(reverse("staff:welcome", args=[token]))
        sent = send_link(person, link)
        if not sent:
            record("staff.invite_not_sent", actor=actor_of(request), outcome="not_done", subject=person.name)
        links.append((person, link, sent))
    if links and invites.is_shown():
        return render_page(request, "staff/people_csv/links.html", {"links": links})
    messages.success(request, _("The file is applied."))
    for person, _link, sent in links:
        if sent and not settings.CONSOLE_MAIL_IS_SENT:
            messages.info(request, invites.where_it_is() % {"name": person.name})
        if not sent:
            words = _("The mail for %(name)s could not be sent. Send the link again on their page.")
            messages.warning(request, words % {"name": person.name})
    return redirect("staff:people")


def values_of(file: PeopleFile) -> dict[str, Any]:
    """What a change of this kind keeps. Raises: as `plan_file`"""
    steps = plan_file(file).steps
    return {
        "file": file.pk,
        "emails": sorted({one.email for one in steps}),
        "roles": sorted({one.role.code for one in steps if one.role}),
    }


register(
    Kind(
        IMPORT,
        gettext_lazy("Apply a file of people"),
        MANAGE,
        snapshot=_everybody,
        apply=_apply,
        answer=_send_links,
    )
)
