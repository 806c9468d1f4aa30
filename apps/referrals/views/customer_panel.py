"""The tab Referrals of the customer page: codes, who was invited and how far they came."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.audit.services import record
from apps.capillary.errors import CustomerMerged
from apps.core.errors import Conflict, ConsoleError, TraceUnavailable
from apps.core.formats import number
from apps.core.pages import go, render_page
from apps.operations.failing_panels import address_of, failure_of
from apps.referrals.asked_story import LONGEST, PERIODS, AskedStory
from apps.referrals.codes import can_check
from apps.referrals.customer_panels import REFERRALS
from apps.referrals.funnel import funnel_of
from apps.referrals.inviting import left_today
from apps.referrals.models import Invitation
from apps.referrals.panel_lines import shown
from apps.referrals.reading import read_referrals
from apps.referrals.ruling import rules_for
from apps.referrals.story import PAGE, Story
from apps.referrals.views.invitation import READ
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.stores import current_store

Parts = dict[str, Any]
QUERY = ("period", "campaign", "till", "page", "tries")
FILTER = "referrals-filter"


@require_safe
@permission_required("staff.view_customers")
def customer_panel(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Into the trail first, then read and drawn; what cannot be read is the panel's failed state."""
    record(
        "customer.viewed",
        actor=actor_of(request),
        customer=str(customer_id),
        details={"part": str(REFERRALS["title"])},
    )
    url = reverse("referrals:customer_panel", args=[customer_id])
    query = {name: request.GET[name][:LONGEST] for name in QUERY if name in request.GET}
    asked = AskedStory.read(query)
    context: Parts = {
        "customer_id": customer_id,
        "id": f"panel-{REFERRALS['name']}",
        "title": REFERRALS["title"],
        "source": REFERRALS["source"],
        "load_url": address_of(url, query),
        "url": url,
        "asked": asked,
        "at": timezone.now(),
    }
    try:
        story = read_referrals(actor=actor_of(request), customer_id=customer_id, asked=asked.asked())
    except TraceUnavailable:
        raise
    except (CustomerMerged, Conflict):
        # Their page leads to the account that is left.
        return go(request, "customers:customer", customer_id)
    except ConsoleError as error:
        context |= _failed(error, url, query)
        found = _unsettled(customer_id)
        opened = _opened(request, {one.pk for one in found})
        context["note"] = _open_note([(one, one.pk in opened) for one in found])
    else:
        opened = _opened(request, {one.pk for one in story.open} | {line.sent_here for line in story.lines})
        context |= _told(story, asked, opened) | _aside(request)
        context["open"] = [(one, one.pk in opened) for one in story.open]
    answer = render_page(
        request, "referrals/customer.html", context, fragment="referrals/_customer_panel.html"
    )
    if getattr(getattr(request, "htmx", None), "trigger", None) == FILTER:
        # A form cannot say itself which address its choice has on the customer's page.
        tab = reverse("customers:tab", args=[customer_id, "referrals"])
        answer["HX-Push-Url"] = f"{tab}{asked.query}".rstrip("?")
    return answer


def _failed(error: ConsoleError, url: str, query: dict[str, str]) -> Parts:
    failure = failure_of(error, load_url=url, query=query)
    return {
        "state": "failed",
        "at": None,
        "error": failure.error,
        "reference": failure.reference,
        "failed_as": failure.failed_as,
        "next_step": failure.next_step,
        "again_in": failure.again_in,
        "again_url": failure.again_url,
    }


def _told(story: Story, asked: AskedStory, opened: Collection[int]) -> Parts:
    nothing = not (story.codes or story.count or story.open or asked.is_filtered or story.notes)
    return {
        "state": "empty" if nothing else "ok",
        "empty_icon": "user-plus",
        "empty_title": _("No referrals yet."),
        "empty_text": _("The customer's code and the people they invite appear here."),
        "story": story,
        "lines": shown(story, opened),
        "funnel": funnel_of(story.totals),
        "summary": _summary(story),
        "beside": _beside(story),
        "filter_id": FILTER,
        "periods": [(value, words, value == asked.period) for value, words in PERIODS.items()],
        "campaigns": [
            (code.key, code.title or code.code, code.key == asked.campaign) for code in story.codes
        ],
        "tills": [(code, words, code == asked.till) for code, words in story.places],
        "newer": asked.at(story.page - 1).query if story.page > 1 else "",
        "older": asked.at(story.page + 1).query if story.page < story.pages else "",
    }


def _summary(story: Story) -> str:
    if not story.count:
        return ""
    first = (story.page - 1) * PAGE + 1
    values = {
        "first": number(first),
        "last": number(first + len(story.lines) - 1),
        "count": number(story.count),
    }
    if story.pages == 1:
        return ngettext("%(count)s person, newest first.", "%(count)s people, newest first.", story.count) % (
            values
        )
    return _("%(first)s to %(last)s of %(count)s people, newest first.") % values


def _beside(story: Story) -> list[str]:
    """What the totals do not say by themselves."""
    totals, said = story.totals, []
    if totals.unmatched:
        words = ngettext(
            "%(count)s person came and could not be matched with anybody invited.",
            "%(count)s people came and could not be matched with anybody invited.",
            totals.unmatched,
        )
        said.append(words % {"count": number(totals.unmatched)})
    if totals.unmatched_rewards:
        words = ngettext(
            "Of %(count)s reward it is not told for whom it was.",
            "Of %(count)s rewards it is not told for whom they were.",
            totals.unmatched_rewards,
        )
        said.append(words % {"count": number(totals.unmatched_rewards)})
    if story.lines and not story.names_told:
        said.append(_("Capillary tells no names of invited people here."))
    return said


def _unsettled(customer_id: int) -> list[Invitation]:
    return list(Invitation.objects.of_customer(customer_id).unsettled().select_related("store"))


def _opened(request: HttpRequest, ours: Collection[int | None]) -> set[int]:
    """Which of these invitations of ours this person may open; a query only where there are any."""
    found = [pk for pk in ours if pk is not None]
    person = person_of(request)
    if not found or not any(map(person.has_perm, READ)):
        return set()
    seen = Invitation.objects.visible_to(person).filter(pk__in=found)
    return set(seen.values_list("pk", flat=True))


def _open_note(found: Sequence[tuple[Invitation, bool]]) -> SafeString:
    """The same in a line, for a list that could not be read."""
    if not found:
        return SafeString("")
    parts = [
        format_html('<a href="{}">{}</a>', reverse("referrals:invitation", args=[one.pk]), one.number)
        if opens
        else one.number
        for one, opens in found
    ]
    links = format_html_join(", ", "{}", ((part,) for part in parts))
    return format_html("{} {}", _("Not settled yet in this console:"), links)


def _aside(request: HttpRequest) -> Parts:
    person, store = person_of(request), current_store(request)
    invites = person.has_perm("staff.invite_referrals")
    left = left_today(person, store) if invites and store else None
    return {
        "invites": invites,
        "left": left,
        "most": rules_for(store).per_person_a_day if left is not None else None,
        "can_check": can_check(),
    }
