"""Asking: what goes by policy, what goes to a person, and what is refused before anything is sent."""

import uuid
from decimal import Decimal

import pytest

from apps.audit import texts
from apps.audit.filters import Filters
from apps.audit.log.sealer import seal_all
from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.goodwill.models import Budget, CouponSeries, GoodwillRequest, LimitRule, Reason, Taking
from apps.goodwill.previewing import preview
from apps.goodwill.proving import prove_credits
from apps.operations.switches import turn_off, turn_on
from apps.staff.services import give_role
from tests.goodwill.conftest import actor_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_within_ones_own_authority_it_is_sent_and_approved_by_policy_in_two_recorded_steps(desk, outside):
    request = desk.ask(200)
    assert request.state == "approved"
    assert (request.decided_by, request.by_policy) == ("policy", True)
    assert [(act.kind, act.state) for act in request.acts.all()] == [("add", "done"), ("approve", "done")]
    (decision,) = request.decisions.all()
    assert (decision.verdict, decision.by, decision.took_effect) == ("approve", None, True)
    assert decision.policy == "own limit of the role"
    (kept,) = outside.goodwill(reference_id=request.reference)
    assert kept["status"] == "APPROVED"
    assert request.tag in kept["comments"]
    actions = list(Entry.objects.filter(subject=request.number).values_list("action", flat=True))
    for action in ("asked", "sent", "approval_begun", "approved"):
        assert f"goodwill.request.{action}" in actions


def test_the_entry_of_asking_tells_ticket_and_comment_masked_and_is_found_by_them(desk):
    comment = "Call +91 55500 14417 or kavya@example.com, card 7055000000000023: cake came late."
    request = desk.ask(200, bill="TCK-991", comment=comment)
    entry = Entry.objects.get(subject=request.number, action="goodwill.request.asked")
    told = entry.content["details"]
    assert told["ticket"] == "TCK-991"
    assert told["comment"] == "Call •••••• 4417 or k••••@example.com, card •••• 0023: cake came late."
    seal_all()
    while texts.catch_up():
        pass
    for words in ("TCK-991", "cake came late"):
        assert entry in Entry.objects.filter_by(Filters(text=words))
    assert request.comment == comment
    plain = desk.ask(120)
    told = Entry.objects.get(subject=plain.number, action="goodwill.request.asked").content["details"]
    assert not {"ticket", "comment"} & told.keys()


def test_above_it_the_request_waits_and_says_why(desk, outside):
    request = desk.ask(500)
    assert (request.state, request.by_policy) == ("waiting", False)
    assert [one["rule"] for one in request.why] == ["over_request"]
    assert request.snapshot["facts"]["status"] == "PENDING"
    assert not Taking.objects.exists()
    assert outside.goodwill(reference_id=request.reference)[0]["status"] == "PENDING"


def test_the_credit_is_proved_in_the_ledger_and_proves_one_request_only(desk):
    first, second = desk.ask(100), desk.ask(100)
    desk.overdue()
    assert prove_credits() == 2
    rows = GoodwillRequest.objects.filter(pk__in=[first.pk, second.pk])
    assert {row.state for row in rows} == {"done"}
    assert len({row.proof_key for row in rows}) == 2


def test_a_coupon_is_given_and_found_among_the_customers_coupons(desk):
    request = desk.ask(kind="coupon")
    desk.overdue()
    prove_credits()
    request.refresh_from_db()
    assert (request.state, request.proof["source"]) == ("done", "coupons")


def test_the_day_is_used_up_then_a_person_decides(desk):
    assert [desk.ask(250).state for _ in range(2)] == ["approved", "approved"]
    third = desk.ask(100)
    assert (third.state, third.why[0]["rule"]) == ("waiting", "over_day")


def test_a_persons_own_limit_replaces_that_of_the_role(desk, agent):
    LimitRule.objects.create(user=agent, purpose="give", kind="points", per_request=Decimal(50))
    assert desk.ask(60).why[0]["rule"] == "over_request"


def test_without_any_limit_nothing_goes_by_policy(desk):
    LimitRule.objects.all().delete()
    assert desk.ask(1).why[0]["rule"] == "no_limit"


def test_a_stores_limit_holds_besides(desk, stores):
    LimitRule.objects.create(store=stores.contact_centre, purpose="give", kind="points", per_day=Decimal(150))
    assert desk.ask(100).state == "approved"
    assert desk.ask(100).why[0]["rule"] == "store_limit"


def test_over_the_budget_a_person_decides(desk, stores):
    Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=Decimal(150))
    assert desk.ask(100).state == "approved"
    assert desk.ask(100).why[0]["rule"] == "budget"


def test_a_fraud_mark_needs_a_person(desk, outside):
    marked = int(outside.characters["fraud"]["id"])
    request = desk.ask(10, customer_id=marked)
    assert "fraud" in [one["rule"] for one in request.why]


@pytest.mark.parametrize("own", ["mobile", "email"])
def test_a_customer_who_is_a_colleague_needs_a_manager_of_another_store(desk, outside, agent, own):
    if own == "mobile":
        agent.set_mobile(outside.identifier("everything", "mobile"))
    else:
        agent.email = outside.identifier("everything", "email").lower()
    agent.save()
    request = desk.ask(10, customer_id=int(outside.characters["everything"]["id"]))
    assert request.needs_other_store
    assert [one["rule"] for one in request.why] == ["colleague"]


def test_a_merged_customer_is_refused_before_anything_is_sent(desk, outside):
    merged = int(outside.characters["merged"]["id"])
    for switch in ("error", "survivor"):
        outside.switch(merged=switch)
        with pytest.raises(Exception, match="merged"):
            desk.ask(10, customer_id=merged)
    assert not GoodwillRequest.objects.exists()
    assert outside.requests(path="/v1.1/request/add") == []


def test_the_same_form_asks_once(desk, outside):
    token = uuid.uuid4()
    first, second = desk.ask(500, token=token), desk.ask(500, token=token)
    assert first.pk == second.pk
    assert len(outside.requests(path="/v1.1/request/add")) == 1


def test_a_likely_duplicate_is_shown_before_it_is_sent(desk, outside):
    first = desk.ask(500, bill="INV-20233")
    for values in ({"amount": 450}, {"amount": 20, "bill": "inv-20233"}):
        with pytest.raises(Conflict) as caught:
            desk.ask(**values, different_matter=False)
        assert caught.value.field == "different_matter"
        assert first.number in caught.value.message
    assert desk.ask(3, different_matter=False).state == "approved"
    assert len(outside.requests(path="/v1.1/request/add")) == 2


def test_a_duplicate_only_the_outside_knows_is_shown_too(desk, outside):
    outside.make_requests(count=1, customers=[desk.customer_id], base_type="POINTS", points="77")
    with pytest.raises(Conflict) as caught:
        desk.ask(500, different_matter=False)
    assert caught.value.field == "different_matter"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": Decimal("1.5")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": 10**9}, "amount"),
        ({"kind": "tier"}, "kind"),
        ({"reason": None}, "reason"),
        ({"kind": "coupon", "series": None}, "series"),
        ({"comment": "x" * 1001}, "comment"),
        ({"bill": "x" * 61}, "bill"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(desk, outside, values, field):
    with pytest.raises(BadInput) as caught:
        desk.ask(**values)
    assert caught.value.field == field
    assert outside.requests(path="/v1.1/request/add") == []


def test_other_demands_words(desk):
    other = Reason.objects.get(code="other")
    with pytest.raises(BadInput) as caught:
        desk.ask(10, reason=other)
    assert caught.value.field == "reason_words"
    assert desk.ask(10, reason=other, reason_words="Double visit").reason_words == "Other: Double visit"


def test_a_series_that_is_not_offered_any_more_is_refused(desk):
    CouponSeries.objects.update(is_active=False)
    with pytest.raises(BadInput):
        desk.ask(kind="coupon")


def test_a_series_the_outside_refuses_ends_as_refused_with_its_words(desk):
    series = CouponSeries.objects.create(outside_id="4107", name="Over since long")
    request = desk.ask(kind="coupon", series=series)
    assert request.state == "refused"
    assert request.message
    assert not Taking.objects.filter(released_at=None).exists()


def test_the_off_switch_stops_asking_with_its_reason(desk, stores, administrator, outside):
    actor = actor_for(administrator, stores.contact_centre)
    for store in (stores.contact_centre, None):
        turn_off(
            act="goodwill", actor=actor, user=administrator, store=store, reason="Points are being recounted."
        )
        with pytest.raises(Refused, match="recounted"):
            desk.ask(10)
        turn_on(act="goodwill", actor=actor, user=administrator, store=store, reason="Done.")
    assert outside.requests(path="/v1.1/request/add") == []
    assert desk.ask(10).state == "approved"


def test_nobody_without_the_permission_asks(desk, auditor, stores):
    with pytest.raises(Refused):
        desk.ask(10, user=auditor)


def test_the_preview_tells_limits_budget_and_who_decides_without_asking_outside(desk, agent, stores, outside):
    desk.ask(200)
    outside.reset()
    shown = preview(
        user=agent,
        store=stores.contact_centre,
        customer_id=desk.customer_id,
        kind="points",
        amount=Decimal(250),
        balance=Decimal(1000),
    )
    assert (shown.limit.day, shown.limit.rule_day, shown.budget.left) == (300, 500, 24_800)
    assert shown.within_authority
    assert (shown.before, shown.after) == (1000, 1250)
    assert [one.amount for one in shown.duplicates] == [200]
    over = preview(user=agent, store=stores.contact_centre, customer_id=1, kind="points", amount=Decimal(400))
    assert (over.within_authority, over.decided_by) == (False, "a manager of Contact Centre")
    assert outside.requests() == []


def test_a_manager_asks_too_and_has_their_own_limit(desk, lead, manager, stores):
    give_role(manager, "store_manager", stores.contact_centre)
    assert desk.ask(400, user=lead).state == "approved"
