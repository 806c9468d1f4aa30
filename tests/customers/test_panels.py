"""What panels make of answers, without any outside: sums, states, gaps, and what other rooms add."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.capillary.types_activity import (
    Coupon,
    CouponPage,
    CustomerRecord,
    Note,
)
from apps.capillary.types_common import Window
from apps.capillary.types_customer import Customer, FraudDetails, Identifier, Profile
from apps.capillary.types_organisation import Programme
from apps.capillary.types_points import (
    ExpiringPoints,
    GoodwillPage,
    GoodwillRow,
    PointsBalance,
)
from apps.customers.panels import (
    coupons,
    goodwill,
    header,
    identifiers,
    points,
    registry,
    timeline,
)
from apps.customers.panels.registry import Asked
from apps.customers.sealing import seal, unseal

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ASKED = Asked(customer_id=7, person=None)
BALANCE = PointsBalance(
    **{name: None for name in PointsBalance.__dataclass_fields__ if name not in {"partner_programs", "raw"}}
)


def balance(program="101", available="10", **more):
    texts = {
        "program_id": program,
        "title": "",
        "description": "",
        "loyalty_id": program,
        "tier": "GOLD",
        "next_tier": "",
    }
    return replace(BALANCE, **texts, available=Decimal(available), **more)


def customer(**more):
    profile = Profile(
        source="INSTORE",
        account_id="",
        user_id="7",
        first_name="Asha",
        last_name="",
        identifiers=(Identifier("mobile", "915550000001"), Identifier("cardNumber", "7055")),
        identifiers_all=(Identifier("mobile", "915550000001"), Identifier("email", "a@example.com")),
    )
    return Customer(id=7, profiles=(profile, replace(profile, source="WECHAT", account_id="wx/1")), **more)


def coupon(**more):
    empty = {name: None for name in Coupon.__dataclass_fields__ if name not in {"uses", "raw"}}
    return Coupon(**{**empty, "discount_type": "ABS", "description": "", **more})


def test_identifiers_of_both_lists_come_once_per_place_with_keys_fit_for_addresses():
    keys = [one.key for one in identifiers.identifiers_of(customer())]
    assert keys[:3] == ["INSTORE..mobile.1", "INSTORE..card.1", "INSTORE..email.1"]
    assert keys[3] == "WECHAT.wx_1.mobile.1"
    assert len(keys) == len(set(keys)) == 6


def test_a_record_of_somebody_else_says_nothing_about_fraud():
    empty = {name: None for name in CustomerRecord.__dataclass_fields__ if name != "customer_id"}
    record = CustomerRecord(**{**empty, "customer_id": "8", "fraud": FraudDetails("CONFIRMED")})
    assert header.fraud_of(customer(), record) is None
    assert header.fraud_of(customer(), replace(record, customer_id="7")).is_marked
    assert not header.fraud_of(customer(), replace(record, customer_id="7", fraud=None)).is_marked


def test_the_next_expiry_is_the_first_of_all_programmes_as_the_table_tells_it():
    today = timezone.localdate()
    rows = [
        ExpiringPoints(Decimal(5), today + timedelta(days=9), "101"),
        ExpiringPoints(Decimal(7), today + timedelta(days=9), "101"),
        ExpiringPoints(Decimal(9), today + timedelta(days=3), "102"),
        ExpiringPoints(Decimal(1), today - timedelta(days=1), "101"),
        ExpiringPoints(Decimal(1), None, "101"),
    ]
    who = customer(expiring=tuple(rows), points=balance("101"))
    told = (balance("102"), balance("101", "30"))
    data = points.build_points(ASKED, {"customer": who, "loyalty": told, "programmes": ()})
    assert (data["main"].id, data["main"].expiring) == ("101", Decimal(12))
    assert (data["next"].programme, data["next"].points, data["next"].days_left) == ("Programme 102", 9, 3)
    named = (Programme("102", "Thread Circle", False),)
    table = points.build_expiring(ASKED, {"customer": who, "loyalty": told, "programmes": named})
    assert table["rows"][0] == replace(data["next"], programme="Thread Circle")
    assert [row.points for row in table["rows"]] == [9, 12]
    assert len(data["programmes"]) == 2


def test_a_customer_without_points_is_empty_and_not_zero():
    assert "empty_title" in points.build_points(ASKED, {"customer": customer(), "loyalty": ()})


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"is_redeemed": True}, "used"),
        ({"redemption_count": 1, "redemptions_left": 0}, "used"),
        ({"redemption_count": 1, "redemptions_left": 2}, "usable"),
        ({"valid_till": timezone.localdate() - timedelta(days=1)}, "expired"),
        ({"valid_till": timezone.localdate()}, "usable"),
        ({}, "usable"),
    ],
)
def test_a_coupon_is_usable_used_or_expired(more, state):
    page = CouponPage((coupon(**more),), Window())
    assert coupons.build_coupons(ASKED, {"coupons": page})["rows"][0].state == state


def test_usable_coupons_come_first_and_say_what_they_give():
    page = CouponPage(
        (
            coupon(is_redeemed=True),
            coupon(discount_type="PERC", discount_value=Decimal(15), discount_upto=Decimal(750)),
        ),
        Window(),
    )
    rows = coupons.build_coupons(ASKED, {"coupons": page})["rows"]
    assert [row.state for row in rows] == ["usable", "used"]
    assert rows[0].gives == "15 % off, at most 750.00 INR"


def goodwill_row(status, value, days=1):
    empty = {name: "" for name in GoodwillRow.__dataclass_fields__ if name != "raw"}
    at = timezone.now() - timedelta(days=days)
    return GoodwillRow(
        **{
            **empty,
            "type": "POINTS",
            "status": status,
            "approved_value": value,
            "added_at": at,
            "added_by": None,
        }
    )


def test_coupons_are_no_acts_of_points_and_marks_of_the_console_are_not_shown():
    rows = (
        goodwill_row("APPROVED", Decimal(300)),
        replace(goodwill_row("APPROVED", Decimal(250)), comments="LC#M8GNWW2Q2B Came late, LC#1."),
        replace(goodwill_row("APPROVED", None), type="COUPON", updated_comments="LC#M8GNWW2Q2B/9FH2VM"),
    )
    values = {"goodwill": GoodwillPage(rows, Window(total=0))}
    data = goodwill.build_sums(ASKED, values)
    assert (data["points"], data["acts"], data["coupons"]) == (Decimal(550), "in 2 acts", 1)
    said = {row.said for row in goodwill.build_goodwill(ASKED, values)["rows"]}
    assert said == {(), ("Came late, LC#1.",)}


def test_goodwill_of_twelve_months_sums_what_was_given():
    rows = (
        goodwill_row("APPROVED", Decimal(300)),
        goodwill_row("PENDING", None),
        goodwill_row("APPROVED", Decimal(9), 400),
    )
    data = goodwill.build_sums(ASKED, {"goodwill": GoodwillPage(rows, Window(total=0))})
    assert (data["points"], data["waiting"], data["count"]) == (Decimal(300), 1, 2)
    assert goodwill.build_goodwill(ASKED, {"goodwill": GoodwillPage(rows, Window(total=0))})["count"] == 3


def test_the_timeline_names_what_did_not_come():
    values = {
        "latest_bills": None,
        "latest_redemptions": None,
        "goodwill": GoodwillPage((goodwill_row("PENDING", None),), Window()),
    }
    data = timeline.build_timeline(ASKED, values)
    assert data["missing"] == "transactions, redemptions"
    assert len(data["entries"]) == 1


def test_a_timeline_of_nothing_at_all_is_empty_only_when_everything_came():
    empty = {"latest_bills": None, "latest_redemptions": None, "goodwill": GoodwillPage((), Window())}
    assert "empty_title" not in timeline.build_timeline(ASKED, empty)


def test_a_room_adds_a_panel_and_a_button_by_url_name(monkeypatch):
    monkeypatch.setattr(registry, "_panels", dict(registry._panels))
    monkeypatch.setattr(registry, "_tabs", dict(registry._tabs))
    registry._adopt_panel(
        {
            "tab": "goodwill",
            "name": "mine",
            "title": "Mine",
            "url_name": "audit:customer_history",
            "permission": "staff.x",
        }
    )
    assert registry.tab_named("goodwill").panels[0] == "mine"

    class Nobody:
        def has_perm(self, _permission, _obj=None):
            return False

    assert registry.panels_of(registry.tab_named("goodwill"), Nobody()) == []
    with pytest.raises(LookupError, match="'nowhere'"):
        registry._adopt_panel(
            {
                "tab": "nowhere",
                "name": "other",
                "title": "",
                "url_name": "audit:customer_history",
                "permission": "staff.x",
            }
        )


def test_two_panels_of_one_name_are_refused():
    with pytest.raises(ValueError, match="points"):
        registry.register_panel(replace(points.POINTS, title="Other"))


def test_sealed_text_opens_with_its_key_only(settings):
    sealed = seal("Asha Kulkarni")
    assert "Asha" not in sealed
    assert unseal(sealed) == "Asha Kulkarni"
    settings.SECRET_KEY = "another key, as after a change of keys"
    assert unseal(sealed) == ""
    assert (seal(""), unseal("")) == ("", "")


def test_notes_are_shown_newest_first_with_the_author_known_here(agent):
    from apps.customers.models import NoteAct
    from apps.customers.panels import notes

    NoteAct.objects.create(
        token="00000000-0000-4000-8000-000000000001",
        user=agent,
        user_name="Asha Verma",
        customer_id=7,
        text_hash="x",
        outside_id="2",
        state="done",
    )
    found = (Note("1", "old", NOW - timedelta(days=2)), Note("2", "new", NOW), Note("3", "undated", None))
    rows = notes.build_notes(ASKED, {"notes": found})["rows"]
    assert [(row.text, row.author) for row in rows] == [("new", "Asha Verma"), ("old", ""), ("undated", "")]
