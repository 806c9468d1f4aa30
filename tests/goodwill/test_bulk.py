"""Goodwill by the file: each row one request, limits for all of it at approval, nothing twice."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.goodwill import bulk_running
from apps.goodwill.budgets import budget_left
from apps.goodwill.limits import left_to_decide, left_to_give
from apps.goodwill.models import CouponSeries, Escalation, FileGrant, GoodwillRequest, LimitRule, Taking
from apps.goodwill.policy import approve_due
from apps.goodwill.proving import prove_credits
from apps.goodwill.settling import settle_unknown
from apps.operations.models import Chunk, Item
from apps.operations.work import following, services
from tests.support.bulk import Clerk, problems

pytestmark = pytest.mark.django_db
HEADER = "Customer id,Points,Reason,Reason in words,Bill,Different matter"
KIND = "bulk_goodwill"
ADD = "/v1.1/request/add"


@pytest.fixture
def clerk(desk, lead, stores):
    """Mira Kapoor uploads; on her own authority she gives 1,000 a row and 3,000 a day."""
    rule = {"user": lead, "purpose": "give", "kind": "points"}
    LimitRule.objects.create(**rule, per_request=Decimal(1000), per_day=Decimal(3000))
    return Clerk(lead, stores.contact_centre)


@pytest.fixture
def second(second_lead, stores):
    return Clerk(second_lead, stores.contact_centre)


def row(customer, points=500, reason="Late delivery", words="", bill="", different="yes"):
    return [customer, points, reason, words, bill, different]


def asked(operation):
    return list(GoodwillRequest.objects.filter(requester=operation.requested_by).order_by("pk"))


def test_every_row_becomes_one_request_given_at_once(clerk, several, outside, lead):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one, 500), row(two, 300, bill="B-7"))
    assert (operation.state, operation.why, operation.totals["points"]) == ("checked", [], "800")
    assert outside.goodwill(reference_id=GoodwillRequest().reference) == []
    first, other = clerk.run(operation)
    assert (first.state, other.state) == ("done", "done")
    operation.refresh_from_db()
    assert operation.state == "done"
    requests = asked(operation)
    assert [(one.state, one.amount, one.bill) for one in requests] == [
        ("approved", Decimal(500), ""),
        ("approved", Decimal(300), "B-7"),
    ]
    assert requests[0].decided_by_words == f"Policy: own limit, file {operation.number}"
    assert first.results == {"number": requests[0].number, "standing": "Approved"}
    assert first.act_reference == requests[0].reference
    assert left_to_give(lead, "points").day == Decimal(2200)
    assert [one["status"] for one in outside.goodwill(reference_id=requests[1].reference)] == ["APPROVED"]


def test_running_a_row_twice_asks_once(clerk, several, outside):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    [item] = clerk.run(operation)
    again = bulk_running.run("points", operation.behind, Item.objects.get(pk=item.pk))
    assert again.act_reference == item.act_reference
    assert GoodwillRequest.objects.count() == 1
    assert len(outside.goodwill(customer_id=customer, reference_id=item.act_reference)) == 1


def test_all_that_is_wrong_with_a_row_is_told_with_its_column(clerk, several, outside, agent):
    [customer] = several(1)
    merged, fraud = outside.characters["merged"], outside.characters["fraud"]
    rows = clerk.rows(
        clerk.checked(
            KIND,
            HEADER,
            row("", "1.5", "Because", "x" * 201),
            row("abc", "many"),
            row("999999999", 500, "Other"),
            row(customer, 2001),
            row(merged["id"]),
            row(fraud["id"]),
        )
    )
    columns = [[column for column, _words in problems(one)] for one in rows]
    assert columns[0] == ["customer_id", "points", "words"]
    assert columns[1] == ["customer_id", "points"]
    assert columns[2:5] == [["customer_id", "words"], ["points"], ["customer_id"]]
    assert "merged" in problems(rows[4])[0][1]
    assert "fraud mark" in problems(rows[5])[0][1]
    assert {one.state for one in rows} == {"bad"}


def test_customers_are_found_by_mobile_and_must_agree_with_a_second_identifier(clerk, outside):
    known = outside.characters["everything"]
    mobile = outside.identifier("everything", "mobile")
    header = "Mobile,E-mail,Points,Reason,Different matter"
    operation = clerk.checked(
        KIND,
        header,
        f"+{mobile},,100,late-delivery,yes",
        f"{mobile},somebody.else@example.com,200,late-delivery,yes",
        "+919000000000,,100,late-delivery,yes",
    )
    good, other, nobody = clerk.rows(operation)
    assert (good.state, good.customer_id) == ("ready", known["id"])
    assert problems(other)[0][0] == "email"
    assert problems(nobody) == [("mobile", "No customer has this.")]


def test_a_colleague_and_a_likely_duplicate_are_left_out(clerk, desk, several, agent, outside):
    one, two = several(2)
    desk.ask(500, customer_id=one)
    agent.email = next(
        row["value"] for row in outside.characters["everything"]["identifiers"] if row["name"] == "email"
    )
    agent.save()
    rows = clerk.rows(
        clerk.checked(
            KIND,
            HEADER,
            row(one, 450, different=""),
            row(one, 450, different="yes"),
            row(outside.characters["everything"]["id"], 100),
            row(two, 450, different=""),
        )
    )
    assert [one.state for one in rows] == ["bad", "ready", "bad", "ready"]
    assert problems(rows[0])[0][0] == "different"
    assert "colleague" in problems(rows[2])[0][1]


def test_above_the_requesters_own_limit_another_person_approves_the_file(
    clerk, second, several, lead, second_lead
):
    customers = several(3)
    operation = clerk.checked(KIND, HEADER, *(row(one, 1500) for one in customers))
    assert [one["rule"] for one in operation.why] == ["over_request", "over_day"]
    with pytest.raises(Refused, match="A second person"):
        services.run(actor=clerk.actor, user=lead, operation=operation)
    services.request_approval(actor=clerk.actor, user=lead, operation=operation)
    before = left_to_decide(second_lead, "points").day
    second.approve(operation)
    # Taken for the whole file, before any row moves.
    assert left_to_decide(second_lead, "points").used_day == Decimal(4500)
    rows = clerk.run(operation)
    assert [one.state for one in rows] == ["done"] * 3
    requests = asked(operation)
    assert {one.decided_by_words for one in requests} == {
        f"Policy: file {operation.number}, approved by {second_lead.name}"
    }
    assert {one.decisions.get().by for one in requests} == {second_lead}
    assert left_to_decide(second_lead, "points").day == (before - 4500 if before is not None else None)
    assert left_to_give(lead, "points").used_day == 0
    assert file_left(operation) == {"decide": Decimal(0), "store": Decimal(0)}


def file_left(operation):
    held = Taking.objects.filter(file__reference=operation.reference, request=None)
    return dict(held.order_by("account").values_list("account", "amount"))


def test_nobody_approves_beyond_what_they_decide_on(clerk, second, several, lead, second_lead):
    operation = clerk.checked(KIND, HEADER, *(row(one, 1500) for one in several(2)))
    services.request_approval(actor=clerk.actor, user=lead, operation=operation)
    rule = {"user": second_lead, "purpose": "decide", "kind": "points"}
    LimitRule.objects.create(**rule, per_request=Decimal(2000), per_day=Decimal(2900))
    with pytest.raises(Refused, match="over your own limit: 2,000 for one row, 2,900 for all"):
        second.approve(operation)
    assert Taking.objects.count() == 0


def test_the_limit_may_be_used_up_between_dry_run_and_start(clerk, desk, several, lead):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one, 900), row(two, 900))
    LimitRule.objects.filter(user=lead).update(per_day=Decimal(1000))
    with pytest.raises(Refused, match="A second person"):
        services.run(actor=clerk.actor, user=lead, operation=operation)
    operation.refresh_from_db()
    assert (operation.state, Taking.objects.count()) == ("checked", 0)


def test_rows_the_outside_refuses_give_their_part_back(clerk, several, lead):
    LimitRule.objects.create(user=lead, purpose="give", kind="coupon", per_day=5)
    CouponSeries.objects.create(outside_id="999999", name="Long gone")
    header = "Customer id,Coupon series,Reason,Different matter"
    rows = [[one, "Long gone", "late-delivery", "yes"] for one in several(1)]
    operation = clerk.checked("bulk_coupons", header, *rows)
    [item] = clerk.run(operation)
    [request] = asked(operation)
    assert (item.state, item.words, request.state) == ("not_done", request.message, "refused")
    assert item.code
    assert left_to_give(lead, "coupon").day == 5
    assert file_left(operation) == {"give": Decimal(0), "store": Decimal(0)}


def test_one_refusal_does_not_stop_the_others(clerk, desk, several, lead):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one, 400, different=""), row(two, 300))
    # Somebody is quicker at the counter.
    desk.ask(400, customer_id=one)
    first, other = clerk.run(operation)
    assert (first.state, other.state) == ("not_done", "done")
    assert "looks the same" in first.words
    used = Taking.objects.filter(account="give", user=lead, released_at=None).aggregate(sum=Sum("amount"))
    assert used["sum"] == Decimal(300)


def test_what_is_not_known_is_settled_by_its_request(clerk, several, outside, desk):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    outside.add_fault(kind="drop_after", path="/v1.1/request/add", count=1)
    [item] = clerk.run(operation)
    operation.refresh_from_db()
    assert (operation.state, item.state, operation.settled_at) == ("done", "unknown", None)
    desk.overdue()
    settle_unknown()
    desk.overdue()
    approve_due()
    [item] = clerk.follow(operation)
    operation.refresh_from_db()
    assert (item.state, operation.settled_at is not None) == ("done", True)
    [request] = asked(operation)
    assert request.state == "approved"
    assert len(outside.goodwill(reference_id=request.reference)) == 1


def try_again(clerk, operation):
    """The pause is over, and the outside well."""
    Chunk.objects.filter(operation=operation, state="waiting").update(due_at=timezone.now())
    return clerk.work(operation)


@contextmanager
def no_room_for(path):
    """The trail takes no calls to this path."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {Entry._meta.db_table} WHEN NEW.path = '{path}' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_room")


def put_off_once_then_given(clerk, operation, outside, lead):
    """The row waits again and the file has its part; its second try is the one request there is."""
    [item] = clerk.rows(operation)
    operation.refresh_from_db()
    assert (operation.state, item.state, item.tries) == ("running", "ready", 1)
    [refused] = asked(operation)
    assert (refused.state, outside.goodwill(reference_id=refused.reference)) == ("refused", [])
    assert file_left(operation) == {"give": Decimal(500), "store": Decimal(500)}
    assert left_to_give(lead, "points").used_day == Decimal(500)
    [item] = try_again(clerk, operation)
    given = asked(operation)[-1]
    assert (item.state, item.act_reference, given.state) == ("done", given.reference, "approved")
    assert len(outside.goodwill(reference_id=given.reference)) == 1
    assert [one.state for one in asked(operation)] == ["refused", "approved"]
    assert file_left(operation) == {"give": Decimal(0), "store": Decimal(0)}
    assert left_to_give(lead, "points").used_day == Decimal(500)


def test_a_row_that_may_not_be_sent_now_is_put_off_and_given_once(clerk, several, outside, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    outside.add_fault(kind="status", path=ADD, status=429, count=1)
    clerk.run(operation)
    put_off_once_then_given(clerk, operation, outside, lead)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The trigger is written for SQLite.")
def test_a_row_without_a_trail_is_put_off_and_given_once(clerk, several, outside, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    with no_room_for(ADD):
        clerk.run(operation)
    put_off_once_then_given(clerk, operation, outside, lead)


def test_a_row_that_needs_a_person_is_put_off_too_and_leaves_its_part_once(clerk, several, outside, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    Escalation.objects.update(second_threshold=Decimal(300))
    outside.add_fault(kind="status", path=ADD, status=429, count=1)
    [item] = clerk.run(operation)
    assert (item.state, file_left(operation)["give"]) == ("ready", Decimal(500))
    [item] = try_again(clerk, operation)
    assert (item.state, [one.state for one in asked(operation)]) == ("done", ["refused", "waiting"])
    assert left_to_give(lead, "points").used_day == 0


def test_a_row_that_can_never_be_sent_gives_its_part_back_in_the_end(clerk, several, outside, lead):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one, 500), row(two, 300))
    Item.objects.filter(operation=operation, row=1).update(tries=23)
    outside.add_fault(kind="status", path=ADD, status=429, count=1)
    first, other = clerk.run(operation)
    assert (first.state, other.state) == ("not_done", "done")
    assert left_to_give(lead, "points").used_day == Decimal(300)
    assert file_left(operation) == {"give": Decimal(0), "store": Decimal(0)}


def test_a_row_that_runs_in_the_next_month_is_of_the_month_of_its_approval(clerk, several, stores, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    services.run(actor=clerk.actor, user=lead, operation=operation)
    then = timezone.now() - timedelta(days=40)
    FileGrant.objects.update(at=then)
    Taking.objects.update(at=then)
    [item] = clerk.work(operation)
    [request] = asked(operation)
    assert (item.state, request.state) == ("done", "approved")
    assert {one.at for one in request.takings.all()} == {then}
    assert budget_left(stores.contact_centre, "points").used == 0
    assert budget_left(stores.contact_centre, "points", then).used == Decimal(500)
    assert left_to_give(lead, "points").used_month == 0


def test_a_row_counts_nothing_that_was_counted_for_its_file(clerk, several, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer))
    services.run(actor=clerk.actor, user=lead, operation=operation)
    with CaptureQueriesContext(connection) as asked_for:
        [item] = clerk.work(operation)
    sums = [one["sql"] for one in asked_for if "SUM(" in one["sql"] and Taking._meta.db_table in one["sql"]]
    assert (item.state, sums) == ("done", [])


def test_a_row_that_needs_a_person_after_all_leaves_the_files_part(clerk, several, lead):
    [customer] = several(1)
    operation = clerk.checked(KIND, HEADER, row(customer, 400))
    # A threshold set meanwhile asks for two people, whatever the file was approved for.
    Escalation.objects.update(second_threshold=Decimal(300))
    [item] = clerk.run(operation)
    assert item.state == "done"
    assert "a person decides" in item.words
    [request] = asked(operation)
    assert (request.state, request.by_policy) == ("waiting", False)
    assert left_to_give(lead, "points").used_day == 0


def test_a_coupon_for_each_row(clerk, several, lead, outside):
    LimitRule.objects.create(user=lead, purpose="give", kind="coupon", per_request=1, per_day=5)
    one, two = several(2)
    series = CouponSeries.objects.get(outside_id="4103")
    header = "Customer id,Coupon series,Reason,Different matter"
    operation = clerk.checked(
        "bulk_coupons",
        header,
        [one, f'"{series.name}"', "late-delivery", "yes"],
        [two, "4103", "late-delivery", "yes"],
        [two, "none such", "late-delivery", "yes"],
    )
    assert (operation.totals["ready"], operation.why) == (2, [])
    assert operation.totals["gives"] == {f"{series.name} (4103), worth 500.00 INR": 2}
    rows = clerk.run(operation)
    assert [one.state for one in rows] == ["done", "done", "bad"]
    assert problems(rows[2]) == [("series", "No coupon series that is offered is called so.")]
    assert left_to_give(lead, "coupon").day == Decimal(3)


def test_cancelled_rows_give_back_what_the_file_took(clerk, several, lead):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one, 400), row(two, 300))
    services.run(actor=clerk.actor, user=lead, operation=operation)
    assert left_to_give(lead, "points").used_day == Decimal(700)
    services.cancel(actor=clerk.actor, user=lead, operation=operation)
    following.clear_cancelled()
    assert left_to_give(lead, "points").used_day == 0
    assert {one.state for one in clerk.rows(operation)} == {"skipped"}


def test_nobody_uploads_where_they_may_not_ask(desk, stores, lead):
    elsewhere = Clerk(lead, stores.store_07)
    with pytest.raises(Refused, match="does not start"):
        elsewhere.checked(KIND, HEADER, row(77))


def test_another_value_under_the_same_token_is_a_conflict(clerk, several):
    one, two = several(2)
    operation = clerk.checked(KIND, HEADER, row(one))
    [item] = clerk.run(operation)
    item.customer_id = two
    with pytest.raises(Conflict, match="was not sent"):
        bulk_running.run("points", operation.behind, item)


def test_the_trail_names_the_person_over_the_channel_of_the_operation(clerk, several, lead):
    [customer] = several(1)
    clerk.run(clerk.checked(KIND, HEADER, row(customer)))
    entry = Entry.objects.get(action="goodwill.request.asked")
    assert (entry.actor_name, entry.channel) == (lead.name, "operation")


def reconciled(clerk, operation):
    """Output of the only row, with its state."""
    [item] = clerk.rows(operation)
    return item.state, item.results


def today():
    return timezone.localdate().isoformat()


def test_a_period_that_agrees_is_done_and_names_every_request(clerk, desk, outside):
    request = desk.ask(300)
    desk.overdue()
    prove_credits()
    operation = clerk.planned("goodwill_reconciliation", **{"from": today()})
    state, told = reconciled(clerk, operation)
    assert (operation.state, state) == ("done", "done")
    assert told["customer"] == str(desk.customer_id)
    assert (told["agree"], told["missing_there"], told["differ"]) == (request.number, "", "")


def test_what_is_missing_or_different_on_either_side_is_named(clerk, desk, outside):
    gone, decided, uncredited = (desk.ask(amount, kind="points") for amount in (2500, 2400, 100))
    GoodwillRequest.objects.filter(pk=gone.pk).update(outside_id="987654321")
    outside.decide(decided.outside_id, "reject")
    GoodwillRequest.objects.filter(pk=uncredited.pk).update(proof_key="ledger:none", state="done")
    [elsewhere] = outside.make_requests(customers=[desk.customer_id])
    operation = clerk.planned("goodwill_reconciliation", **{"from": today(), "until": today()})
    state, told = reconciled(clerk, operation)
    assert state == "not_done"
    assert told["missing_there"] == f"{gone.number}, {uncredited.number} (no credit)"
    assert told["differ"] == f"{decided.number} (here Waiting, there REJECTED)"
    # Ours under its right id is unknown here by now, and so is the till's.
    assert set(told["missing_here"].split(", ")) >= {str(elsewhere), gone.outside_id}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"from": "2026-11-02", "until": "2026-11-01"}, "until"),
        ({"from": "2020-01-01", "until": "2026-11-01"}, "from"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_beside_its_field(clerk, given, field):
    with pytest.raises(BadInput) as caught:
        clerk.planned("goodwill_reconciliation", **given)
    assert caught.value.field == field


def test_pending_requests_are_read_on_demand(clerk, desk, outside):
    [made] = outside.make_requests(customers=[desk.customer_id])
    operation = clerk.planned("goodwill_sync")
    [item] = clerk.rows(operation)
    assert (operation.state, item.state) == ("done", "done")
    assert item.results["read"] > 0
    assert GoodwillRequest.objects.filter(outside_id=str(made)).exists()


def test_an_outside_that_cannot_be_read_is_no_reading(clerk, outside):
    outside.add_fault(kind="status", path="/v1.1/request/get", status=500)
    [item] = clerk.rows(clerk.planned("goodwill_sync"))
    assert (item.state, item.words[:41]) == ("not_done", "The pending requests could not be read. T")
