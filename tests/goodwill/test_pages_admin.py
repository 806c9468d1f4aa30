"""The administrator's pages of goodwill: what they show, what they refuse, and the entry each change leaves."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.core.errors import Refused
from apps.goodwill.limits import left_to_give
from apps.goodwill.models import (
    Budget,
    CouponSeries,
    Escalation,
    GoodwillRequest,
    LimitRule,
    Reason,
    Taking,
)
from apps.goodwill.rulebook import budgets as month_budgets
from apps.goodwill.rulebook.budgets import other_month, this_month
from apps.goodwill.ruling import save_rule
from apps.operations.models import Switch
from tests.goodwill.conftest import actor_for

MONTH = f"{this_month():%Y-%m}"


def at(name, **values):
    return reverse(f"goodwill:{name}", kwargs=values)


@pytest.fixture
def desk_of(client_as, administrator, rules):
    """The administrator's browser."""
    return client_as(administrator)


@pytest.fixture
def given(stores, agent):
    """Takes from the Contact Centre's budget, as an approved request does: ``given(500)``."""

    def take(amount, *, kind="points", at=None, reason="bill-error", words="Bill error"):
        now = at or timezone.now()
        request = GoodwillRequest.objects.create(
            kind=kind,
            amount=amount,
            store=stores.contact_centre,
            requester=agent,
            customer_id=4417,
            reason=Reason.objects.get(code=reason),
            reason_words=words,
            tag="LC#0123456789",
            asked_at=now,
        )
        return Taking.objects.create(
            request=request, account="store", store=request.store, kind=kind, amount=amount, at=now
        )

    return take


def last_entry():
    """Action and details of the newest entry about a rule."""
    entry = Entry.objects.filter(action__startswith="goodwill.").latest("id")
    return entry.action, json.loads(bytes(entry.payload))


def changed():
    return last_entry()[1]["details"]["changed"]


def entries():
    return Entry.objects.filter(action__startswith="goodwill.").count()


def text(answer):
    return " ".join(answer.content.decode().split())


# The overview


def test_the_overview_shows_everything_that_holds(desk_of, given):
    given(12_500)
    page = text(desk_of.get(at("rules")))
    for words in (
        "Goodwill is on for all stores.",
        "Give on one&#x27;s own authority, points",
        "20,000",
        "12,500",
        "Contact Centre: 50 % of the points used",
        "Late delivery",
        "Asks for words",
        "Goodwill voucher Rs 500",
        "2,000 points",
        "4 h, to nobody else",
    ):
        assert words in page, words
    for name in ("limits", "budgets", "reasons", "series", "times"):
        assert f'href="{at(f"rules_{name}")}"' in page
    assert f'href="{reverse("operations:switches")}"' in page


def test_an_auditor_reads_the_rules_and_changes_none(client_as, auditor, rules, agent):
    client = client_as(auditor)
    page = text(client.get(at("rules")))
    assert "Late delivery" in page
    assert at("rules_reasons") not in page
    assert "Asha Verma" in text(client.get(at("rules_applies"), {"person": agent.pk}))
    assert client.post(at("rules_reason_add"), {"title": "No"}).status_code == 403


def test_the_place_is_marked_on_every_page_of_the_rules(desk_of):
    for name in ("rules", "rules_limits", "rules_times"):
        items = desk_of.get(at(name)).context["navigation"]
        assert [one.label for one in items if one.current] == ["Goodwill rules"]


def test_before_anything_is_set_each_part_says_so(client_as, administrator):
    page = text(client_as(administrator).get(at("rules")))
    for words in (
        "nobody gives on their own authority",
        "There are no reasons yet",
        "only points can be given",
    ):
        assert words in page


PAGES = [
    ("rules", 15),
    ("rules_reasons", 6),
    ("rules_limits", 7),
    ("rules_budgets", 9),
    ("rules_times", 8),
]


@pytest.mark.parametrize(("name", "queries"), PAGES)
def test_pages_cost_the_same_however_much_is_set(
    desk_of, stores, name, queries, django_assert_max_num_queries
):
    from apps.staff.models import Store, User
    from apps.staff.services import give_role

    desk_of.get(at(name))
    for number in range(25):
        store = Store.objects.create(code=f"9{number:02}", name=f"Shop {number}")
        person = User.objects.create_user(f"someone{number}@example.com", f"Someone {number}")
        give_role(person, "agent", store)
        Reason.objects.create(code=f"r{number}", title=f"Reason {number}")
        LimitRule.objects.create(user=person, purpose="give", kind="points", per_request=number)
        LimitRule.objects.create(store=store, purpose="give", kind="points", per_day=number)
        Budget.objects.create(store=store, month=this_month(), kind="points", amount=100)
        Escalation.objects.create(store=store, deputy_store=stores.store_07)
        Switch.objects.create(act="goodwill", store=store, off=True, reason="Counting.")
    with django_assert_max_num_queries(queries):
        assert desk_of.get(at(name)).status_code == 200


# Reasons


def test_a_reason_is_added_at_the_end_and_traced(desk_of):
    answer = desk_of.post(
        at("rules_reason_add"), {"title": "  Wrong   size ", "needs_words": "on"}, follow=True
    )
    assert "“Wrong size” is added." in text(answer)
    reason = Reason.objects.get(title="Wrong size")
    assert (reason.code, reason.needs_words, Reason.objects.offered().last()) == ("wrong-size", True, reason)
    assert changed()["title"] == ["", "Wrong size"]
    assert changed()["reason_code"] == ["", "wrong-size"]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "Write the reason as people will read it."),
        ("late DELIVERY", "There is a reason with these words already."),
        ("x" * 81, "cannot be right"),
        ("nul\x00", "no keyboard types"),
    ],
)
def test_what_cannot_be_a_reason_is_said_beside_the_field(desk_of, title, words):
    before = entries()
    answer = desk_of.post(at("rules_reason_add"), {"title": title})
    assert answer.status_code == 422
    assert words in text(answer)
    assert (Reason.objects.count(), entries()) == (5, before)


def test_two_reasons_with_one_code_are_told_apart(desk_of):
    desk_of.post(at("rules_reason_add"), {"title": "Late: delivery"})
    assert Reason.objects.get(title="Late: delivery").code == "late-delivery-2"


def test_rewording_keeps_what_requests_were_made_with(desk_of, given):
    reason = Reason.objects.get(code="late-delivery")
    request = given(100, reason="late-delivery", words="Late delivery").request
    values = {"title": "Delivery came late", "is_active": "on"}
    desk_of.post(at("rules_reason", pk=reason.pk), values)
    reason.refresh_from_db()
    request.refresh_from_db()
    assert (reason.title, request.reason_words) == ("Delivery came late", "Late delivery")
    assert changed() == {"title": ["Late delivery", "Delivery came late"]}


def test_a_reason_that_was_used_stays_and_can_be_switched_off(desk_of, given):
    reason = Reason.objects.get(code="late-delivery")
    given(100, reason="late-delivery")
    page = text(desk_of.get(at("rules_reason", pk=reason.pk)))
    assert "1 request was made with this reason." in page
    assert "Remove reason" not in page
    answer = desk_of.post(at("rules_reason_remove", pk=reason.pk), follow=True)
    assert "Requests lean on this one, so it stays." in text(answer)
    desk_of.post(at("rules_reason", pk=reason.pk), {"title": reason.title})
    assert reason not in Reason.objects.offered()
    assert changed() == {"is_active": ["True", "False"]}


def test_an_unused_reason_goes(desk_of):
    reason = Reason.objects.get(code="bill-error")
    desk_of.post(at("rules_reason_remove", pk=reason.pk))
    assert not Reason.objects.filter(code="bill-error").exists()
    action, payload = last_entry()
    assert action == "goodwill.rule.removed"
    assert payload["details"]["was"]["title"] == "Bill error"


def test_the_last_reason_offered_cannot_be_switched_off(desk_of):
    Reason.objects.exclude(code="other").update(is_active=False)
    reason = Reason.objects.get(code="other")
    answer = desk_of.post(at("rules_reason", pk=reason.pk), {"title": "Other"})
    assert (answer.status_code, Reason.objects.offered().count()) == (422, 1)
    assert "the last reason that is offered" in text(answer)


def test_reasons_move_one_place_and_no_further_than_the_ends(desk_of):
    titles = list(Reason.objects.offered().values_list("title", flat=True))
    second = Reason.objects.get(title=titles[1])
    desk_of.post(at("rules_reason_up", pk=second.pk))
    assert list(Reason.objects.offered().values_list("title", flat=True))[:2] == [titles[1], titles[0]]
    assert changed()["order"][1].startswith(f"{titles[1]}, {titles[0]}")
    before = entries()
    desk_of.post(at("rules_reason_up", pk=second.pk))
    assert entries() == before
    desk_of.post(at("rules_reason_down", pk=second.pk))
    assert list(Reason.objects.offered().values_list("title", flat=True)) == titles


# Limits


def limit(**more):
    return {"who": "role:agent", "purpose": "give", "kind": "points", **more}


def test_a_limit_changes_what_the_agent_may_give(desk_of, agent):
    rule = LimitRule.objects.get(role="agent", purpose="give", kind="points")
    values = {"per_request": "1,200", "per_day": "2000", "per_month": ""}
    answer = desk_of.post(at("rules_limit", pk=rule.pk), values, follow=True)
    assert "The limit of Agent is set." in text(answer)
    assert left_to_give(agent, "points").request == Decimal(1200)
    assert changed() == {
        "per_request": ["300", "1200"],
        "per_day": ["500", "2000"],
        "per_month": ["5000", ""],
    }


def test_saving_what_holds_already_leaves_no_entry(desk_of):
    rule = LimitRule.objects.get(role="agent", purpose="give", kind="points")
    before = entries()
    desk_of.post(at("rules_limit", pk=rule.pk), {"per_request": "300", "per_day": "500", "per_month": "5000"})
    assert entries() == before


def test_a_person_s_own_limit_stands_in_place_of_the_role_s(desk_of, agent):
    asked = limit(who=f"person:{agent.pk}", per_request="50")
    desk_of.post(at("rules_limit_add"), asked)
    left = left_to_give(agent, "points")
    assert (left.source, left.request) == ("person", Decimal(50))
    rule = LimitRule.objects.get(user=agent)
    desk_of.post(at("rules_limit_remove", pk=rule.pk))
    assert left_to_give(agent, "points").source == "role"
    assert last_entry()[0] == "goodwill.rule.removed"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"per_request": "12.5"}, "Write a whole number, such as 300."),
        ({"per_request": "-5"}, "Write a whole number, such as 300."),
        ({"per_request": "1e3"}, "Write a whole number, such as 300."),
        ({"per_request": "many"}, "Write a whole number, such as 300."),
        ({"per_request": "٣٠٠"}, "Write a whole number, such as 300."),
        ({"per_request": "9" * 30}, "Use at most 1,000,000,000."),
        ({}, "Set at least one bound."),
        ({"per_request": "300", "per_day": "200"}, "This is less than one request may take."),
        ({"per_day": "300", "per_month": "200"}, "This is less than the 24 hours allow."),
        ({"who": "", "per_request": "5"}, "Choose one of those shown."),
        ({"who": "role:auditor", "per_request": "5"}, "Choose one of those shown."),
        ({"who": "person:99999", "per_request": "5"}, "Choose one of those shown."),
        ({"per_request": "5"}, "There is such a limit for Agent already."),
        ({"purpose": "decide", "per_request": "5"}, "Agent does not decide on goodwill"),
    ],
)
def test_a_limit_that_makes_no_sense_is_said_beside_its_field(desk_of, values, words):
    before = (LimitRule.objects.count(), entries())
    answer = desk_of.post(at("rules_limit_add"), limit(**values))
    assert answer.status_code == 422
    assert words in text(answer)
    for typed in (values.get("per_request"), values.get("per_day")):
        assert not typed or f'value="{typed}"' in text(answer)
    assert (LimitRule.objects.count(), entries()) == before


def test_what_applies_names_the_strictest_bound(desk_of, agent, stores, given):
    page = text(desk_of.get(at("rules_applies"), {"person": agent.pk}))
    assert (
        "At most <b>300 points</b> in one request now, by the limit of the role Agent, one request." in page
    )
    assert "At most <b>1 coupon</b> in one request now" in page
    assert "Decide on requests" not in page
    LimitRule.objects.create(store=stores.contact_centre, purpose="give", kind="points", per_day=250)
    page = text(desk_of.get(at("rules_applies"), {"person": agent.pk}))
    assert (
        "<b>250 points</b> in one request now, by the limit of Contact Centre, everybody together, 24 hours."
        in page
    )
    given(24_900)
    page = text(desk_of.get(at("rules_applies"), {"person": agent.pk}))
    assert "<b>0 points</b> in one request now, by the limit of Contact Centre" in page
    assert "budget of Contact Centre for this month: 25,000, 24,900 used, 100 left" in page


def test_what_applies_to_a_manager_has_both_and_says_what_is_missing(desk_of, manager):
    LimitRule.objects.filter(purpose="decide").delete()
    page = text(desk_of.get(at("rules_applies"), {"person": manager.pk}))
    assert "<b>500 points</b>" in page
    assert "they may not approve." in page
    assert "Above 2,000 points two different people decide." in page


@pytest.mark.parametrize("person", ["", "99999", "x"])
def test_what_applies_to_nobody_is_asked_again(desk_of, person):
    assert desk_of.get(at("rules_applies"), {"person": person}).status_code == 422


# Budgets


def budget(store):
    return at("rules_budget", month=MONTH, pk=store.pk)


def test_a_budget_is_set_and_the_next_month_takes_it_over(desk_of, stores):
    desk_of.post(budget(stores.store_12), {"points": "30,000", "coupon": "150"})
    assert changed()["amount"][1] in {"30000", "150"}
    found = month_budgets.budgets_of(other_month(this_month(), 1), [stores.store_12])
    points = found[stores.store_12.pk, "points"]
    assert (points.amount, points.is_own) == (Decimal(30_000), False)
    following = desk_of.get(at("rules_budgets"), {"month": f"{other_month(this_month(), 1):%Y-%m}"})
    assert f"as in {this_month():%b %Y}" in text(following)


def test_a_budget_cannot_go_below_what_is_used(desk_of, stores, given):
    given(20_000)
    answer = desk_of.post(budget(stores.contact_centre), {"points": "19999", "coupon": "200"})
    assert answer.status_code == 422
    assert "20,000 are used already, so it cannot be 19,999." in text(answer)
    assert 'value="19999"' in text(answer)
    desk_of.post(budget(stores.contact_centre), {"points": "20000", "coupon": "200"})
    assert Budget.objects.get(store=stores.contact_centre, kind="points").amount == 20_000


def test_one_wrong_amount_sets_neither(desk_of, stores, given):
    given(20_000)
    before = entries()
    desk_of.post(budget(stores.contact_centre), {"points": "5", "coupon": "999"})
    assert Budget.objects.get(store=stores.contact_centre, kind="coupon").amount == 200
    assert entries() == before


def test_an_overdrawn_budget_may_be_raised(desk_of, stores, given):
    given(40_000)
    assert (
        desk_of.post(budget(stores.contact_centre), {"points": "30000", "coupon": "200"}).status_code == 302
    )
    assert "Over by 10,000 points" in text(desk_of.get(at("rules_budgets")))


def test_what_was_given_back_or_in_another_month_does_not_count(desk_of, stores, given):
    released = given(24_000)
    Taking.objects.filter(pk=released.pk).update(released_at=timezone.now())
    given(24_000, at=timezone.now() - timedelta(days=40))
    assert desk_of.post(budget(stores.contact_centre), {"points": "10", "coupon": ""}).status_code == 302


def test_an_empty_field_takes_the_earlier_budget_again(desk_of, stores):
    Budget.objects.filter(store=stores.store_12).update(month=other_month(this_month(), -1))
    desk_of.post(budget(stores.store_12), {"points": "100", "coupon": ""})
    desk_of.post(budget(stores.store_12), {"points": "", "coupon": ""})
    assert last_entry()[0] == "goodwill.rule.removed"
    points = month_budgets.budgets_of(this_month(), [stores.store_12])[stores.store_12.pk, "points"]
    assert points.amount == 25_000


def test_the_month_before_is_copied_except_where_more_is_used(desk_of, stores, given):
    before = other_month(this_month(), -1)
    for store, amount in ((stores.contact_centre, 5_000), (stores.store_12, 7_000)):
        Budget.objects.create(store=store, month=before, kind="points", amount=amount)
    given(6_000)
    answer = desk_of.post(at("rules_budgets_copy", month=MONTH), follow=True)
    assert "Not copied, because more is used already: Contact Centre, points." in text(answer)
    held = dict(Budget.objects.filter(month=this_month(), kind="points").values_list("store__name", "amount"))
    assert held == {"Contact Centre": 25_000, "Store 12": 7_000, "Store 07": 25_000}
    assert changed() == {"amount": ["25000", "7000"]}


def test_a_month_that_is_over_stays_as_it_was(desk_of, stores):
    over = f"{other_month(this_month(), -1):%Y-%m}"
    assert "Copy the budgets" not in text(desk_of.get(at("rules_budgets"), {"month": over}))
    # The form says so, and loses nothing of what was typed.
    answer = desk_of.post(at("rules_budget", month=over, pk=stores.store_12.pk), {"points": "4711"})
    assert (answer.status_code, "That month is over." in text(answer)) == (422, True)
    assert 'value="4711"' in answer.content.decode()
    assert desk_of.post(at("rules_budgets_copy", month=over)).status_code == 409


@pytest.mark.parametrize("month", ["", "nonsense", "2026-13", "9999-12", "0001-01", "2026-11-01"])
def test_a_month_that_is_none_is_this_month(desk_of, month):
    assert desk_of.get(at("rules_budgets"), {"month": month}).context["month"] == this_month()


# Times


def times(**more):
    return {"due_minutes": "60", "escalate_minutes": "90", "proof_minutes": "10", **more}


def test_a_store_has_times_of_its_own_and_follows_the_others_again(desk_of, stores):
    store = stores.store_12
    desk_of.post(
        at("rules_times_set", pk=store.pk), times(deputy_store=stores.store_07.pk, second_threshold="900")
    )
    own = Escalation.objects.get(store=store)
    assert (own.due_minutes, own.deputy_store, own.second_threshold) == (60, stores.store_07, 900)
    assert changed()["due_minutes"] == ["", "60"]
    page = text(desk_of.get(at("rules_times")))
    assert "1 h 30 min" in page
    desk_of.post(at("rules_times_remove", pk=store.pk))
    assert not Escalation.objects.filter(store=store).exists()


def test_the_times_for_all_are_one_row(desk_of):
    desk_of.post(at("rules_times_set", pk=0), times())
    assert Escalation.objects.get().due_minutes == 60
    assert Escalation.objects.get().second_threshold is None
    assert changed()["second_threshold"] == ["2000", ""]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"due_minutes": ""}, "Write how many minutes."),
        ({"due_minutes": "0"}, "Write at least 1 minute."),
        ({"proof_minutes": "99999"}, "Use at most 43,200."),
        ({"escalate_minutes": "59"}, "not before it is due."),
        ({"deputy_store": "self"}, "this one has the request already."),
    ],
)
def test_times_that_make_no_sense_are_said_beside_their_field(desk_of, stores, values, words):
    if values.get("deputy_store") == "self":
        values = {"deputy_store": stores.store_12.pk}
    answer = desk_of.post(at("rules_times_set", pk=stores.store_12.pk), times(**values))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Escalation.objects.filter(store=stores.store_12).exists()


# Forms


def test_forms_carry_the_token_that_lets_them_in(administrator, stores, rules):
    """Every form of every page: an include of its own would leave it out."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator, backend="apps.staff.backends.RoleBackend")
    own, reason = LimitRule.objects.first(), Reason.objects.first()
    for url in (
        *(at(f"rules_{page}") for page in ("reasons", "limits", "budgets", "times", "limit_add")),
        at("rules_reason", pk=reason.pk),
        at("rules_limit", pk=own.pk),
        at("rules_budget", month=MONTH, pk=stores.store_12.pk),
        at("rules_times_set", pk=0),
    ):
        page = text(client.get(url))
        # The menu at the top has forms too; each that posts needs its token.
        assert page.count('method="post"') <= page.count("csrfmiddlewaretoken"), url


# Rules hold in the services, whatever the screen shows


def test_nobody_else_changes_a_rule(manager, stores, rules):
    actor = actor_for(manager, stores.store_12)
    reason = Reason.objects.first()
    with pytest.raises(Refused):
        save_rule(actor=actor, user=manager, rule=reason)
    with pytest.raises(Refused):
        month_budgets.set_budgets(
            actor=actor,
            user=manager,
            store=stores.store_12,
            month=this_month(),
            amounts={"points": Decimal(1)},
        )
    with pytest.raises(Refused):
        month_budgets.copy_budgets(actor=actor, user=manager, month=this_month())


# Coupon series


@pytest.mark.django_db(transaction=True)
class TestSeries:
    """Listed by the outside, allowed by the administrator."""

    def test_the_outside_s_list_has_a_switch_for_each(self, outside, desk_of):
        page = text(desk_of.get(at("rules_series")))
        for words in ("Goodwill voucher Rs 500", "500.00 INR", "15 %", "Birthday treat: 15% off", "Ended"):
            assert words in page
        assert at("rules_series_allow", outside_id="4101") in page
        assert at("rules_series_allow", outside_id="4107") not in page

    def test_allowing_takes_the_outside_s_name_and_stopping_keeps_it(self, outside, desk_of):
        desk_of.post(at("rules_series_allow", outside_id="4101"))
        series = CouponSeries.objects.get(outside_id="4101")
        assert (series.name, series.is_active) == ("Birthday treat: 15% off", True)
        assert changed()["is_active"] == ["", "True"]
        desk_of.post(at("rules_series_stop", pk=series.pk))
        assert series not in CouponSeries.objects.offered()
        assert changed() == {"is_active": ["True", "False"]}

    @pytest.mark.parametrize(
        ("outside_id", "words"), [("4107", "The last day of this series is over"), ("999", "does not list")]
    )
    def test_a_series_that_ended_or_is_not_there_stays_off(self, outside, desk_of, outside_id, words):
        answer = desk_of.post(at("rules_series_allow", outside_id=outside_id), follow=True)
        assert words in text(answer)
        assert not CouponSeries.objects.filter(outside_id=outside_id).exists()

    def test_one_the_outside_lists_no_more_says_so(self, outside, desk_of):
        CouponSeries.objects.create(outside_id="777", name="Gone")
        assert "Allowed, not listed any more" in text(desk_of.get(at("rules_series")))

    def test_a_failing_outside_is_a_failed_panel_and_keeps_what_is_allowed(self, outside, desk_of):
        outside.add_fault(kind="status", status=500, path="/v1.1/coupon/series")
        page = text(desk_of.get(at("rules_series")))
        assert "Series listed by Capillary could not be loaded." in page
        assert "Kept by the console" in page
        assert "Goodwill voucher Rs 500" in page
        answer = desk_of.post(at("rules_series_allow", outside_id="4101"), follow=True)
        assert answer.status_code == 200
        assert not CouponSeries.objects.filter(outside_id="4101").exists()
        kept = CouponSeries.objects.get(outside_id="4103")
        desk_of.post(at("rules_series_stop", pk=kept.pk))
        assert kept not in CouponSeries.objects.offered()

    def test_a_slow_outside_leaves_a_panel_that_loads_by_itself(
        self, outside, desk_of, client_as, administrator
    ):
        outside.add_fault(kind="latency", latency_ms=3_000, path="/v1.1/coupon/series", count=1)
        assert 'hx-trigger="load"' in text(desk_of.get(at("rules_series")))
        fragment = client_as(administrator, htmx=True).get(at("rules_series"))
        assert "Goodwill voucher Rs 500" in text(fragment)
        assert "<html" not in text(fragment)
