"""Reversal of many redemptions by a file: whole or part, a second person for the file, nothing twice."""

from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core.errors import Refused
from apps.operations.models import Chunk, Item
from apps.operations.work import services
from apps.points import bulk_running
from apps.points.models import Redemption, Reversal
from tests.points.conftest import REVERSE
from tests.support.bulk import Clerk, problems

pytestmark = pytest.mark.django_db
HEADER = "Redemption id,Customer id,Points,Reason"
KIND = "bulk_reversals"


@pytest.fixture
def clerk(desk, lead, stores):
    """Mira Kapoor of the Contact Centre."""
    return Clerk(lead, stores.contact_centre)


def given_back(outside, customer):
    return [Decimal(str(one["points"])) for one in outside.reversals(customer_id=customer)]


def test_whole_and_part_go_back_by_the_id_of_our_redemption_alone(clerk, desk, outside):
    one, two = desk.redeem(100), desk.redeem(200)
    operation = clerk.checked(KIND, HEADER, f"{one.outside_id},,,Billed twice", f"{two.outside_id},,50,Part")
    assert (operation.why, operation.totals["points"]) == ([], "150")
    whole, part = clerk.run(operation)
    assert (whole.state, part.state) == ("done", "done")
    reversals = list(Reversal.objects.order_by("points"))
    assert [(one.points, one.reason, one.state) for one in reversals] == [
        (50, "Part", "done"),
        (100, "Billed twice", "done"),
    ]
    assert part.results == {"number": reversals[0].number, "given": "50"}
    assert sorted(given_back(outside, desk.customer_id)) == [50, 100]


def test_running_a_row_twice_gives_back_once(clerk, desk, outside):
    redemption = desk.redeem(100)
    operation = clerk.checked(KIND, HEADER, f"{redemption.outside_id},,,Billed twice")
    [item] = clerk.run(operation)
    again = bulk_running.run(operation.behind, Item.objects.get(pk=item.pk))
    assert (again.state, again.act_reference) == ("done", item.act_reference)
    assert given_back(outside, desk.customer_id) == [100]


def test_all_that_is_wrong_with_a_row_is_told_with_its_column(clerk, desk, outside):
    redemption = desk.redeem(100)
    other = next(one for one in (desk.customer_id + 1, desk.customer_id - 1) if one != desk.customer_id)
    operation = clerk.checked(
        KIND,
        HEADER,
        ",abc,none,",
        f"{redemption.outside_id},,101,Too many",
        "987654321,,,Nobody knows it",
        f"987654321,{desk.customer_id},,Not theirs",
        f"{redemption.outside_id},{other},,Of somebody else",
    )
    columns = [[column for column, _words in problems(one)] for one in clerk.rows(operation)]
    assert sorted(columns[0]) == ["customer_id", "points", "reason", "redemption"]
    assert columns[1:3] == [["points"], ["customer_id"]]
    assert columns[3] == ["redemption"]
    assert columns[4]


def test_many_points_need_a_second_person_who_stands_in_every_reversal(
    clerk, desk, lead, second_lead, stores
):
    one, two = desk.redeem(300), desk.redeem(400)
    operation = clerk.checked(KIND, HEADER, *(f"{row.outside_id},,,Billed twice" for row in (one, two)))
    assert [rule["rule"] for rule in operation.why] == ["amount"]
    with pytest.raises(Refused, match="A second person"):
        services.run(actor=clerk.actor, user=lead, operation=operation)
    services.request_approval(actor=clerk.actor, user=lead, operation=operation)
    Clerk(second_lead, stores.contact_centre).approve(operation)
    assert {row.state for row in clerk.run(operation)} == {"done"}
    assert {row.decided_by for row in Reversal.objects.all()} == {second_lead}
    assert Reversal.objects.first().decision_reason == f"Approved with the file {operation.number}."


def test_an_approved_row_that_may_not_be_sent_now_is_put_off_with_its_approval(
    clerk, desk, outside, lead, second_lead, stores
):
    redemption = desk.redeem(600)
    operation = clerk.checked(KIND, HEADER, f"{redemption.outside_id},,,Billed twice")
    services.request_approval(actor=clerk.actor, user=lead, operation=operation)
    Clerk(second_lead, stores.contact_centre).approve(operation)
    outside.add_fault(kind="status", path=REVERSE, status=429, count=1)
    [item] = clerk.run(operation)
    assert (item.state, given_back(outside, desk.customer_id)) == ("ready", [])
    Chunk.objects.filter(operation=operation, state="waiting").update(due_at=timezone.now())
    [item] = clerk.work(operation)
    assert (item.state, item.words, given_back(outside, desk.customer_id)) == ("done", "", [600])
    assert Reversal.objects.get(state="done").decided_by == second_lead


def test_redeemed_elsewhere_needs_a_second_person(clerk, desk, outside, lead, second_lead, stores):
    outside.redeem_elsewhere(desk.customer_id, 120)
    row = outside.redemptions(customer_id=desk.customer_id)[0]
    operation = clerk.checked(KIND, HEADER, f"{row['id']},{desk.customer_id},20,Billed twice")
    assert [rule["rule"] for rule in operation.why] == ["other_store"]
    services.request_approval(actor=clerk.actor, user=lead, operation=operation)
    Clerk(second_lead, stores.contact_centre).approve(operation)
    [item] = clerk.run(operation)
    assert (item.state, Reversal.objects.get().state) == ("done", "done")


def test_a_refusal_of_one_row_stops_no_other(clerk, desk, outside):
    one, two = desk.redeem(80), desk.redeem(90)
    operation = clerk.checked(KIND, HEADER, *(f"{row.outside_id},,,Billed twice" for row in (one, two)))
    # A till is quicker.
    outside.reverse_elsewhere(one.outside_id)
    first, other = clerk.run(operation)
    assert (first.state, other.state) == ("not_done", "done")
    assert "given back already" in first.words


def test_what_is_not_known_is_settled_by_its_reversal(clerk, desk, outside):
    redemption = desk.redeem(100)
    operation = clerk.checked(KIND, HEADER, f"{redemption.outside_id},,,Billed twice")
    outside.add_fault(kind="drop_after", path=REVERSE, count=1)
    [item] = clerk.run(operation)
    assert item.state == "unknown"
    desk.settle()
    [item] = clerk.follow(operation)
    operation.refresh_from_db()
    assert (item.state, operation.settled_at is not None) == ("done", True)
    assert given_back(outside, desk.customer_id) == [100]


def test_a_period_is_compared_with_lists_and_ledger(clerk, desk, outside):
    whole, gone = desk.redeem(100, user=clerk.user), desk.redeem(150, user=clerk.user)
    back = desk.reverse(whole.outside_id, 40, user=clerk.user)
    desk.prove()
    Redemption.objects.filter(pk=gone.pk).update(reference="01J0000000000000000000NONE", listed_id="987654")
    outside.redeem_elsewhere(desk.customer_id, 60)
    elsewhere = outside.redemptions(customer_id=desk.customer_id)[0]
    today = timezone.localdate().isoformat()
    operation = clerk.planned("points_reconciliation", **{"from": today})
    [item] = clerk.rows(operation)
    told = item.results
    assert (operation.state, item.state) == ("done", "not_done")
    assert told["agree"] == f"{whole.number}, {back.number}"
    assert (told["missing_there"], told["differ"]) == (gone.number, "")
    assert str(elsewhere["id"]) in told["missing_here"].split(", ")
    assert item.words == f"missing there: {gone.number}"
