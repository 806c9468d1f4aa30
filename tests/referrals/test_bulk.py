"""Friends of many customers invited by a file: a row each, checked before, nobody twice."""

import pytest

from apps.core.errors import Refused
from apps.operations.models import Item
from apps.operations.work import services
from apps.referrals import bulk
from apps.referrals.models import Invitation, Invitee, InviteRules
from tests.referrals.conftest import MAPLE, fresh, fresh_mail
from tests.support.bulk import Clerk, problems
from tests.support.referrals import REFERRER

pytestmark = pytest.mark.django_db
HEADER = "Customer id,Friend's mobile or e-mail,Friend's name,Campaign"
KIND = "bulk_invites"


@pytest.fixture
def clerk(desk, lead, stores):
    """Mira Kapoor of the Contact Centre."""
    return Clerk(lead, stores.contact_centre)


def invited(outside, contact):
    return [row["stage"] for row in outside.invitations(identifier=contact)]


def test_every_row_invites_one_friend(clerk, outside):
    mobile, mail = fresh(), fresh_mail()
    operation = clerk.checked(
        KIND, HEADER, f"{REFERRER},+{mobile},Mira Sen,{MAPLE}", f"{REFERRER},{mail},,{MAPLE}"
    )
    assert (operation.totals["ready"], operation.totals["customers"], operation.why) == (2, 1, [])
    assert invited(outside, mobile) == []
    assert [row.state for row in clerk.run(operation)] == ["done", "done"]
    assert len(invited(outside, mobile)) == len(invited(outside, mail)) == 1


def test_running_a_row_twice_invites_once(clerk, outside):
    mobile = fresh()
    operation = clerk.checked(KIND, HEADER, f"{REFERRER},+{mobile},,{MAPLE}")
    [item] = clerk.run(operation)
    again = bulk.run(operation.behind, Item.objects.get(pk=item.pk))
    assert (again.state, again.act_reference) == ("done", item.act_reference)
    assert (Invitation.objects.count(), len(invited(outside, mobile))) == (1, 1)


def test_all_that_is_wrong_with_a_row_is_told_with_its_column(clerk, outside):
    mobile, customer = fresh(), outside.identifier("everything", "mobile")
    rows = clerk.rows(
        clerk.checked(
            KIND,
            HEADER,
            ",nobody,,NONESUCH",
            f"{REFERRER},+{mobile},,{MAPLE}",
            f"{REFERRER},{mobile},Again,{MAPLE}",
            f"{REFERRER},+{customer},,{MAPLE}",
            f"999999999,+{fresh()},,{MAPLE}",
        )
    )
    assert [column for column, _words in problems(rows[0])] == ["customer_id", "campaign", "friend"]
    assert [one.state for one in rows[1:]] == ["ready", "bad", "bad", "bad"]
    assert [problems(one)[0][0] for one in rows[2:]] == ["friend", "friend", "customer_id"]
    assert "customer already" in problems(rows[3])[0][1]


def test_a_friend_who_stands_in_the_file_twice_is_not_told_by_a_number_of_another_row(clerk, outside):
    mobile = fresh()
    rows = clerk.rows(
        clerk.checked(
            KIND,
            HEADER,
            f"500000034,+{fresh()},,{MAPLE}",
            f"{REFERRER},+{mobile},,{MAPLE}",
            f"{REFERRER},+{mobile},,{MAPLE}",
        )
    )
    assert problems(rows[2]) == [
        ("friend", "An earlier row invites this person in the same customer's name.")
    ]


def test_a_file_over_the_days_limit_does_not_start(clerk, rules, lead):
    operation = clerk.checked(KIND, HEADER, *(f"{REFERRER},+{fresh()},,{MAPLE}" for _row in range(2)))
    InviteRules.objects.update(per_person_a_day=1)
    with pytest.raises(Refused, match="1 person more"):
        services.run(actor=clerk.actor, user=lead, operation=operation)
    assert Invitation.objects.count() == 0


def test_two_files_do_not_both_take_what_is_left_of_the_day(clerk, rules, lead):
    InviteRules.objects.update(per_person_a_day=3)
    first, second = (
        clerk.checked(KIND, HEADER, *(f"{REFERRER},+{fresh()},,{MAPLE}" for _row in range(2)))
        for _file in range(2)
    )
    services.run(actor=clerk.actor, user=lead, operation=first)
    with pytest.raises(Refused, match="1 person more"):
        services.run(actor=clerk.actor, user=lead, operation=second)
    second.refresh_from_db()
    assert second.state == "checked"
    # What the first one will not use any more is free for the second.
    services.cancel(actor=clerk.actor, user=lead, operation=first)
    assert {row.state for row in clerk.run(second)} == {"done"}


def test_rows_of_another_file_that_are_through_are_counted_once(clerk, rules, lead):
    InviteRules.objects.update(per_person_a_day=3)
    clerk.run(clerk.checked(KIND, HEADER, *(f"{REFERRER},+{fresh()},,{MAPLE}" for _row in range(2))))
    [row] = clerk.run(clerk.checked(KIND, HEADER, f"{REFERRER},+{fresh()},,{MAPLE}"))
    assert row.state == "done"


def test_who_is_invited_meanwhile_is_not_invited_again(clerk, desk, outside):
    mobile = fresh()
    operation = clerk.checked(
        KIND, HEADER, f"{REFERRER},+{mobile},,{MAPLE}", f"{REFERRER},+{fresh()},,{MAPLE}"
    )
    desk.invite(f"+{mobile}", campaign=MAPLE)
    first, other = clerk.run(operation)
    assert (first.state, other.state) == ("not_done", "done")
    assert "invited already" in first.words
    assert len(invited(outside, mobile)) == 1


def test_what_is_not_known_is_settled_by_its_invitation(clerk, desk, outside):
    mobile = fresh()
    operation = clerk.checked(KIND, HEADER, f"{REFERRER},+{mobile},,{MAPLE}")
    outside.add_fault(kind="drop_after", path="*referrals*", method="POST", count=1)
    [item] = clerk.run(operation)
    assert (item.state, Invitee.objects.get().state) == ("unknown", "unknown")
    desk.settle()
    [item] = clerk.follow(operation)
    assert (item.state, len(invited(outside, mobile))) == ("done", 1)
