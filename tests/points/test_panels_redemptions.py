"""The redemptions tab: what was redeemed anywhere, what can still be reversed and why not, faults, and the trail."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from apps.audit.models import Entry
from apps.audit.narrative import sentence
from apps.capillary.types_common import Place
from apps.capillary.types_points import CouponRedemption, PointsRedemption, Redemptions
from apps.capillary.types_points import Reversal as Listed
from apps.operations.models import Switch
from apps.points.models import Redemption, Reversal
from apps.points.panels import redemptions
from tests.points.panel_help import address, rows, text, words

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CUSTOMER = 7


def listed(number="880", points=500, *given_back, **more):
    back = tuple(
        Listed(str(9900 + index), Decimal(each), NOW, "70010") for index, each in enumerate(given_back)
    )
    made = PointsRedemption(
        number,
        "101",
        Decimal(points) if points is not None else None,
        "INV-1",
        NOW,
        "Store 12",
        Place("012", "Store 12"),
        Place("till.12", "Till 3"),
        "",
        reversals=back,
    )
    return replace(made, **more)


def asked_back(user, store, points=150, **more):
    values = {
        "token": uuid.uuid4(),
        "user": user,
        "user_name": user.name,
        "store": store,
        "customer_id": CUSTOMER,
        "redemption_id": "880",
        "redemption_points": Decimal(500),
        "points": Decimal(points),
        "reason": "Bought nothing after all.",
    }
    return Reversal.objects.create(**{**values, **more})


def redeemed(user, store, **more):
    values = {
        "token": uuid.uuid4(),
        "user": user,
        "user_name": user.name,
        "store": store,
        "customer_id": CUSTOMER,
        "points": Decimal(400),
    }
    return Redemption.objects.create(**{**values, **more})


def built(user, *found, coupons=(), asked_for=20):
    return redemptions.build(
        Redemptions(found, coupons), user=user, customer_id=CUSTOMER, asked_for=asked_for
    )


@pytest.mark.parametrize(
    ("row", "state", "left", "reversible"),
    [
        (listed(), "Reversible", 500, True),
        (listed("880", 500, 200), "Reversible", 300, True),
        (listed("880", 500, 200, 300), "Fully reversed", 0, False),
        (listed("880", 500, 200, told_reversed=Decimal(500)), "Fully reversed", 0, False),
        (listed("880", None), "Cannot be reversed here", None, False),
        (listed(""), "Cannot be reversed here", 500, False),
    ],
)
def test_a_redemption_says_what_can_still_be_reversed(agent, row, state, left, reversible):
    [shown] = built(agent, row).rows
    assert (shown.state, shown.remaining, shown.reversible) == (state, left, reversible)


def test_what_is_under_way_is_said_and_not_asked_twice(agent, stores):
    asked = asked_back(agent, stores.contact_centre, state="waiting")
    [waiting] = built(agent, listed()).rows
    assert (waiting.badge, waiting.up_to, waiting.reversible) == ("waiting", True, False)
    assert waiting.note == "150 points wait for a second person."
    assert (waiting.about.number, waiting.about.opens) == (asked.number, asked.pk)
    Reversal.objects.update(state="going")
    [going] = built(agent, listed()).rows
    assert (going.badge, going.reversible) == ("unknown", False)
    assert going.note == "150 points are on their way back."


def test_a_refusal_of_today_stands_beside_and_forbids_nothing(agent, stores):
    asked_back(
        agent, stores.contact_centre, state="refused", message="The redemption is too old.", token=None
    )
    [shown] = built(agent, listed()).rows
    assert (shown.reversible, shown.note) == (True, "Refused today: The redemption is too old.")
    Reversal.objects.update(asked_at=timezone.now() - timedelta(days=2))
    assert built(agent, listed()).rows[0].note == ""


def test_our_own_reversal_is_told_with_its_person_and_number(agent, stores):
    done = asked_back(
        agent, stores.contact_centre, 200, state="done", given=Decimal(200), listed_id="9900", token=None
    )
    [back] = built(agent, listed("880", 500, 200)).rows[0].backs
    assert (back.by, back.link.number, back.link.opens) == ("Asha Verma", done.number, done.pk)


def test_what_another_store_did_is_told_without_a_name_and_cannot_be_opened(agent, other_manager, stores):
    asked_back(agent, stores.contact_centre, state="going")
    redeemed(agent, stores.contact_centre, state="done", listed_id="880")
    [shown] = built(other_manager, listed()).rows
    assert (shown.badge, shown.about.opens, shown.link.opens, shown.by) == ("unknown", None, None, "Till 3")


@pytest.mark.parametrize(
    ("state", "badge", "note"),
    [
        ("in_progress", "unknown", ""),
        ("unknown", "unknown", ""),
        ("person", "unknown", "Two of the list may be it."),
        ("not_done", "refused", "The code is wrong."),
    ],
)
def test_our_open_and_refused_redemptions_stand_among_the_listed(agent, stores, state, badge, note):
    act = redeemed(
        agent, stores.contact_centre, state=state, message=note, settled_at=timezone.now(), token=None
    )
    first, second = built(agent, listed()).rows
    assert (first.badge, first.note, first.link.opens) == (badge, note, act.pk)
    assert (first.reversible, second.id) == (False, "880")
    Redemption.objects.update(settled_at=timezone.now() - timedelta(days=2))
    assert len(built(agent, listed()).rows) == (1 if state == "not_done" else 2)


def test_ours_is_found_in_the_list_by_reference_number_or_short_id(agent, stores):
    act = redeemed(agent, stores.contact_centre, state="unknown")
    [by_reference] = built(agent, listed(external_reference=act.reference)).rows
    assert by_reference.link.number == act.number
    Redemption.objects.update(state="done", outside_id="r0njPT", listed_id="880", settled_at=timezone.now())
    [by_number] = built(agent, listed()).rows
    assert (by_number.link.number, by_number.short, by_number.by) == (act.number, "r0njPT", "Asha Verma")


def test_a_list_that_is_behind_is_out_of_date_until_it_is_red(agent, stores):
    asked_back(agent, stores.contact_centre, 200, state="done", given=Decimal(200), token=None)
    behind = built(agent, listed())
    assert "RV-" in behind.stale
    assert (behind.rows[0].reversible, behind.rows[0].up_to) == (False, True)
    assert built(agent, listed("880", 500, 200)).stale == ""
    Reversal.objects.update(missed_at=timezone.now())
    late = built(agent, listed())
    assert (late.stale, late.rows[0].badge, late.rows[0].reversible) == ("", "not_proved", False)


def test_an_out_of_date_list_switches_its_buttons_off_and_says_why(client_as, agent, stores, outside):
    person = outside.characters["everything"]["id"]
    values = {"customer_id": person, "redemption_id": "8800013", "state": "done", "token": None}
    asked_back(agent, stores.contact_centre, 200, given=Decimal(200), **values)
    html = text(client_as(agent, htmx=True).get(address("redemptions", person)))
    assert "Out of date" in html
    assert 'id="reversing-off"' in html
    assert "Load again" in html
    assert "/reverse/" not in html


def test_a_done_redemption_the_list_does_not_show_yet(agent, stores):
    act = redeemed(agent, stores.contact_centre, state="done", settled_at=timezone.now(), token=None)
    behind = built(agent, listed())
    assert act.number in behind.stale
    assert behind.rows[0].note == "Capillary's list does not show it yet."


def test_totals_are_of_what_is_shown_and_more_is_offered_as_long_as_lists_are_full(agent):
    coupon = CouponRedemption("1", "ABC", "", "", "", "", "B7", NOW, "")
    spent = built(agent, listed("1", 500, 200), listed("2", 400, 400), listed("3", 100), coupons=(coupon,))
    assert spent.summary == "3 redemptions of points, 1 of a coupon, newest first."
    assert spent.totals == "Of these 1,000 points redeemed and 600 reversed; 400 can still be reversed."
    assert spent.more == 0
    assert built(agent, *[listed(str(one)) for one in range(20)]).more == 50
    assert built(agent, *[listed(str(one)) for one in range(200)], asked_for=200).more == 0


def test_the_panel_is_a_fragment_and_a_page_and_every_dialect_tells_the_same(
    client_as, agent, outside, subtests
):
    person = outside.characters["everything"]["id"]
    whole = text(client_as(agent).get(address("redemptions", person)))
    assert "<h1>Redemptions</h1>" in whole
    fragment = client_as(agent, htmx=True).get(address("redemptions", person))
    assert "HX-Request" in fragment["Vary"]
    told = rows(text(fragment), "Redemption")
    assert len(told) > 3
    for dialect, lists in (("strings", "always"), ("native", "never"), ("strings", "never")):
        with subtests.test(f"{dialect} {lists}"):
            outside.switch(dialect=dialect, lists=lists)
            assert (
                rows(text(client_as(agent, htmx=True).get(address("redemptions", person))), "Redemption")
                == told
            )


def test_what_tills_redeemed_and_reversed_can_be_reversed_here(client_as, agent, customer_id, outside):
    made = outside.redeem_elsewhere(customer_id, 300, till="till.012.01", transaction_number="INV-20417")
    outside.reverse_elsewhere(made["id"], 120, till="till.012.01")
    html = text(client_as(agent, htmx=True).get(address("redemptions", customer_id)))
    first = rows(html, "Redemption")[0]
    assert first["Redemption"] == str(made["id"])
    assert (first["Redeemed"], first["Can still be reversed"], first["State"]) == ("300", "180", "Reversible")
    assert first["Bill"] == "INV-20417"
    assert first["Reversed"].startswith("120 +120, ")
    assert "till" in first["Reversed"]
    assert reverse("points:reverse", args=[customer_id, made["id"]]) in html


def test_more_rows_are_asked_for_by_the_next_step(client_as, agent, customer_id, outside):
    for _ in range(21):
        outside.redeem_elsewhere(customer_id, 20)
    at_first = text(client_as(agent, htmx=True).get(address("redemptions", customer_id)))
    assert len(rows(at_first, "Redemption")) == 20
    assert "rows=50" in at_first
    more = text(client_as(agent, htmx=True).get(address("redemptions", customer_id, "?rows=50")))
    listed = len(rows(more, "Redemption"))
    assert 21 <= listed <= 50
    # Others redeem for this customer too.
    assert ("Show more" in more) == (listed == 50)


def test_nothing_redeemed_is_said(client_as, agent, outside):
    html = text(client_as(agent, htmx=True).get(address("redemptions", outside.characters["empty"]["id"])))
    assert "Nothing redeemed yet." in html


def test_a_list_that_fails_says_so_with_codes_and_keeps_our_open_acts_in_sight(
    client_as, agent, stores, outside
):
    person = outside.characters["everything"]["id"]
    act = redeemed(agent, stores.contact_centre, state="unknown", customer_id=person)
    asked = asked_back(agent, stores.contact_centre, state="going", customer_id=person)
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/redemptions")
    html = text(client_as(agent, htmx=True).get(address("redemptions", person, "?rows=50")))
    said = words(html)
    assert "Redemptions could not be loaded." in said
    assert "answered 500" in said
    assert "Reference LC-" in said
    assert "Retry" in said
    assert "rows=50" in html
    assert 'hx-trigger="load delay:10s"' in html
    assert reverse("points:redemption", args=[act.pk]) in html
    assert reverse("points:reversal", args=[asked.pk]) in html


def test_switched_off_stays_visible_with_its_reason(client_as, agent, stores, outside):
    Switch.objects.create(
        act="reverse", store=None, off=True, reason="The till is being repaired.", by_name="X"
    )
    html = text(
        client_as(agent, htmx=True).get(address("redemptions", outside.characters["everything"]["id"]))
    )
    assert "The till is being repaired." in html
    assert 'aria-disabled="true"' in html
    assert "/reverse/" not in html


def test_reading_is_an_entry_before_it_is_asked(client_as, agent, outside):
    client_as(agent, htmx=True).get(address("redemptions", outside.characters["everything"]["id"]))
    told = list(Entry.objects.filter(action__in=["customer.viewed", "call.sent"]).order_by("id")[:2])
    assert [entry.action for entry in told] == ["customer.viewed", "call.sent"]
    assert "opened Redemptions of customer" in strip_tags(sentence(told[0]))


def test_the_panel_costs_a_fixed_number_of_queries(
    client_as, agent, stores, outside, django_assert_max_num_queries
):
    person = outside.characters["everything"]["id"]
    desk = client_as(agent, htmx=True)
    for number in range(5):
        asked_back(agent, stores.contact_centre, customer_id=person, redemption_id=str(number))
    desk.get(address("redemptions", person))
    with django_assert_max_num_queries(15):
        desk.get(address("redemptions", person))
