"""Every row is checked before anything is sent: one message each, all of them at once."""

import pytest

from apps.capillary.errors import RateLimited
from apps.referrals.checking_rows import check_rows, facts_for
from apps.referrals.models import Invitee
from apps.referrals.pasting import parse_pasted
from apps.referrals.wanted import Row
from tests.referrals.conftest import CIRCLE, MAPLE, fresh, fresh_mail

# As seeded: the referrer's own, a friend they invited, and one who is a customer.
OWN, OWN_MAIL, INVITED, CUSTOMER = (
    "91 55500 00030",
    "Nisha.Chatterjee@example.com",
    "915591000001",
    "915550000034",
)
WRONG = {
    "": ("empty", "This row is empty"),
    "12345": ("format", "no possible mobile number"),
    "447700900301": ("format", "one from abroad begins with +"),
    "Tara": ("format", "neither a mobile number nor an e-mail"),
    "emil.krug@example": ("format", "not complete"),
    "a,b@example.com": ("format", "not complete"),
    OWN: ("referrer", "the customer who invites"),
    OWN_MAIL: ("referrer", "the customer who invites"),
    INVITED: ("invited", "invited already in this campaign"),
    CUSTOMER: ("customer", "a customer already"),
}


@pytest.fixture
def check(desk):
    def run(*rows, campaign=MAPLE, look_up=True):
        facts = facts_for(actor=desk.actor(), customer_id=desk.customer_id, campaign=campaign)
        made = [row if isinstance(row, Row) else Row("", row) for row in rows]
        return check_rows(actor=desk.actor(), rows=made, facts=facts, look_up=look_up)

    return run


@pytest.mark.parametrize("typed", WRONG)
def test_what_is_wrong_with_a_row_is_said_beside_it(check, typed):
    [found] = check(typed)
    why, words = WRONG[typed]
    assert (found.ok, found.why, found.field) == (False, why, "contact")
    assert words in found.message


@pytest.mark.parametrize(
    ("name", "why"), [("Tara Bose", ""), ("", ""), ("98200 55120", "name"), ("x" * 81, "name")]
)
def test_a_name_is_a_name(check, name, why):
    [found] = check(Row(name, fresh()))
    assert found.why == why


def test_good_rows_are_read_as_they_will_be_sent_and_asked_about_once(check, desk):
    local, mail = fresh()[2:], fresh_mail()
    found = check(f"0{local}", mail)
    assert [(one.ok, one.kind, one.value, one.looked_up) for one in found] == [
        (True, "mobile", f"91{local}", True),
        (True, "email", mail, True),
    ]
    before = len(desk.outside.requests(path="/v2/customers/lookup"))
    assert all(one.looked_up for one in check(local, mail))
    assert len(desk.outside.requests(path="/v2/customers/lookup")) == before
    assert local not in repr(found)


def test_the_second_of_two_equal_rows_is_the_wrong_one(check):
    mobile = fresh()
    found = check(f"+{mobile}", fresh_mail(), mobile[2:])
    assert [one.why for one in found] == ["", "", "twice"]
    assert "row 1" in found[2].message


def test_invited_in_another_campaign_is_no_hindrance(check):
    [maple] = check("915591000003")
    [circle] = check("915591000003", campaign=CIRCLE)
    assert (maple.why, circle.why) == ("", "invited")


def test_whom_we_do_not_know_of_yet_is_not_sent_again(check, desk):
    mobile = fresh()
    desk.invite(mobile)
    assert check(mobile)[0].why == "invited"
    Invitee.objects.update(state="unknown")
    desk.outside.switch(referrals="on")
    again = fresh()
    Invitee.objects.update(digest=check(again)[0].digest)
    assert check(again)[0].why == "unknown"


@pytest.mark.parametrize(("before", "after"), [("", MAPLE), (MAPLE, "")])
def test_not_known_yet_of_the_default_campaign_is_not_known_of_any(check, desk, before, after):
    """A campaign is named, or taken off the list, while an answer is still looked for."""
    mobile = fresh()
    desk.invite(mobile, campaign=CIRCLE)
    Invitee.objects.update(state="unknown", campaign=before)
    assert check(mobile, campaign=after)[0].why == "unknown"
    Invitee.objects.update(state="refused")
    assert check(mobile, campaign=after)[0].why == ""


@pytest.mark.django_db(transaction=True)
def test_where_the_question_is_not_answered_inviting_tells(check, desk):
    mobile = fresh()
    facts = facts_for(actor=desk.actor(), customer_id=desk.customer_id, campaign=MAPLE)
    desk.outside.add_fault(path="/v2/customers/lookup", count=5, kind="status", status=500)
    [found] = check_rows(actor=desk.actor(), rows=[Row("", mobile)], facts=facts)
    assert (found.ok, found.looked_up) == (True, False)


def test_two_hundred_pasted_rows_with_every_mistake_get_one_message_each(check, desk):
    mistakes = [typed for typed in WRONG if typed] * 12
    good = [fresh() for _ in range(200 - len(mistakes) - 1)]
    text = "\n".join(f"Friend\t{contact}" for contact in [*good, *mistakes])
    rows = [*parse_pasted(text), Row()]
    found = check(*rows)
    assert len(found) == 200
    assert [one.row for one in found] == list(range(200))
    assert sum(one.ok for one in found) == len(good)
    for one, row in zip(found, rows, strict=True):
        if not one.ok:
            assert one.message.endswith((".", "?"))
            assert one.why in {"twice", *(why for why, _words in WRONG.values())}
            assert row.contact not in one.message or not row.contact
    assert sum(one.looked_up for one in found) == len(good) + 1


@pytest.mark.django_db(transaction=True)
def test_a_form_being_filled_in_reads_the_list_once_in_two_minutes(desk):
    def facts(fresh):
        return facts_for(actor=desk.actor(), customer_id=desk.customer_id, campaign=MAPLE, fresh=fresh)

    first = facts(fresh=True)
    desk.outside.add_fault(path="/v2/customers/500000030", count=9, kind="status", status=429)
    assert facts(fresh=False) == first
    with pytest.raises(RateLimited):
        facts(fresh=True)
