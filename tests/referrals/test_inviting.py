"""Inviting for real against the look-alike: done, refused, and every rule that says no before anything is sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import Entry
from apps.audit.narrative import rows as told_rows
from apps.capillary.errors import CapillaryError, RateLimited, Rejected
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.formats import moment
from apps.customers.recent import recent_customers, remember_found
from apps.operations.switches import turn_off
from apps.referrals.inviting import left_today, rows_to_correct
from apps.referrals.life import life_of
from apps.referrals.models import Campaign, Invitation, Invitee, InviteRules, Sighting
from apps.referrals.wanted import BadRows, Row
from tests.referrals.conftest import CIRCLE, MAPLE, again, fresh, fresh_mail
from tests.support.times import LONG_AGO

CUSTOMER = "915550000034"
POSTS = {"v1.1": "/v1.1/customer/referrals", "v2": "/v2/customers/500000030/referrals"}


def sent(outside):
    """How many invitations left."""
    return sum(len(outside.requests(path=path, method="POST")) for path in POSTS.values())


def actions():
    return list(
        Entry.objects.filter(action__startswith="referrals.inv")
        .order_by("id")
        .values_list("action", "outcome")
    )


def test_people_are_invited_by_one_call_and_every_row_says_so(desk):
    mobile, mail = fresh(), fresh_mail()
    made = desk.invite(mobile, mail)
    assert (made.state, made.invited, made.refused, made.not_known) == ("done", 2, 0, 0)
    rows = list(made.invitees.all())
    assert [(row.state, row.kind, row.code, row.name) for row in rows] == [
        ("invited", "mobile", "100", "Friend 1"),
        ("invited", "email", "100", "Friend 2"),
    ]
    [stored] = desk.stored(mobile)
    assert (stored["referrer_id"], stored["till_code"]) == (desk.customer_id, desk.store.till_code)
    assert stored["campaign_token"] == MAPLE
    assert sent(desk.outside) == 1
    assert actions() == [("referrals.invitation.begun", "done"), ("referrals.invited", "done")]
    assert Sighting.objects.filter(user=desk.agent).count() == 2
    assert (made.number, made.customer_name, str(made.handle)) == (
        f"IN-{10_000 + made.pk}",
        "Nisha Chatterjee",
        "mobile=915550000030",
    )


@pytest.mark.parametrize("version", ["v1.1", "v2"])
def test_where_one_version_is_there_alone_it_does_everything(desk, dialect, version):
    dialect(version)
    mobile = fresh()
    made = desk.invite(mobile)
    if version == "v2":
        # Version 2 repeats the question: nobody knows until the list shows them.
        assert (made.state, made.not_known) == ("unknown", 1)
        desk.settle()
    made = again(made)
    assert (made.state, made.invited) == ("done", 1)
    assert [row["campaign_token"] for row in desk.stored(mobile)] == [MAPLE]
    assert len(desk.outside.requests(path=POSTS[version], method="POST")) == 1
    with pytest.raises(BadRows):
        desk.invite(mobile)


def test_the_same_form_sent_again_invites_nobody_twice(desk):
    wanted = desk.wanted(fresh())
    first = desk.send(wanted)
    assert desk.send(wanted).pk == first.pk
    other = desk.wanted(fresh(), token=wanted.token)
    with pytest.raises(Conflict, match=f"sent {first.number} already"):
        desk.send(other)
    assert (Invitee.objects.count(), sent(desk.outside)) == (1, 1)


def test_bad_rows_keep_everything_from_being_sent(desk):
    with pytest.raises(BadRows, match="2 rows cannot be sent") as caught:
        desk.invite(fresh(), "12345", CUSTOMER)
    assert [check.why for check in caught.value.checks] == ["", "format", "customer"]
    assert (Invitation.objects.count(), sent(desk.outside)) == (0, 0)
    assert actions() == [("referrals.invitation.refused", "refused")]
    [told] = told_rows(list(Entry.objects.filter(action="referrals.invitation.refused")), folded=False)
    assert "invited nobody" in told.sentence
    assert "2 rows cannot be sent." in told.sentence


@pytest.mark.django_db(transaction=True)
def test_what_the_outside_did_not_tell_before_sending_leaves_an_entry_too(desk):
    desk.outside.add_fault(path=f"/v2/customers/{desk.customer_id}", count=9, kind="status", status=500)
    with pytest.raises(CapillaryError):
        desk.invite(fresh())
    assert actions() == [("referrals.invitation.refused", "not_done")]


@pytest.mark.django_db(transaction=True)
def test_a_row_the_outside_refuses_says_why_and_may_be_corrected_and_sent_again(desk):
    # That this one is a customer cannot be asked at this moment.
    desk.outside.add_fault(path="/v2/customers/lookup", count=9, kind="status", status=429)
    good = fresh()
    made = desk.invite(good, CUSTOMER)
    assert (made.state, made.invited, made.refused) == ("done", 1, 1)
    bad = made.invitees.get(position=1)
    assert (bad.state, bad.code, bad.field, bad.permanent) == ("refused", "1014", "contact", True)
    assert "customer already" in bad.message
    assert rows_to_correct(invitation=made) == (Row("Friend 2", f"+{CUSTOMER}"),)
    desk.well_again()
    assert desk.invite(fresh()).invited == 1
    assert len(desk.stored(good)) == 1


@pytest.mark.django_db(transaction=True)
def test_all_rows_refused_is_not_done_and_the_form_may_be_sent_again(desk):
    desk.outside.add_fault(path="/v2/customers/lookup", count=9, kind="status", status=429)
    wanted = desk.wanted(CUSTOMER)
    made = desk.send(wanted)
    assert (made.state, made.refused, made.token) == ("not_done", 1, None)
    assert actions()[-1] == ("referrals.invited", "not_done")
    assert left_today(desk.agent, desk.store.pk) == 200


def test_a_campaign_the_customer_is_not_in_is_said_beside_the_field(desk):
    with pytest.raises(Rejected) as caught:
        desk.invite(fresh(), customer_id=500000031, campaign=CIRCLE)
    assert (caught.value.code, caught.value.field) == ("1205", "campaign")
    made = Invitation.objects.get()
    assert (made.state, made.invitees.get().state, made.invitees.get().code) == (
        "not_done",
        "refused",
        "1205",
    )


@pytest.mark.parametrize("token", ["", "NOSUCH", "RESTING"])
def test_only_campaigns_that_are_offered_can_be_chosen(desk, token):
    Campaign.objects.create(token="RESTING", title="Over", is_active=False)
    with pytest.raises(BadInput, match="Choose one of the campaigns") as caught:
        desk.invite(fresh(), campaign=token)
    assert caught.value.field == "campaign"


def test_without_campaigns_the_default_one_is_meant(desk):
    Campaign.objects.all().delete()
    mobile = fresh()
    assert desk.invite(mobile, campaign="").state == "done"
    assert [row["campaign_token"] for row in desk.stored(mobile)] == [MAPLE]


def test_nobody_and_too_many_are_refused_by_the_form(desk):
    InviteRules.objects.update(per_call_most=2)
    with pytest.raises(BadInput, match="at least one person"):
        desk.invite(Row(), Row(" ", ""))
    with pytest.raises(BadInput, match="At most 2 people at once"):
        desk.invite(fresh(), fresh(), fresh())


def test_the_limit_of_the_day_counts_whoever_was_invited_and_says_when_there_is_room_again(desk, lead):
    InviteRules.objects.update(per_person_a_day=3)
    desk.invite(fresh(), fresh())
    assert left_today(desk.agent, desk.store.pk) == 1
    with pytest.raises(Refused, match="invite 3 people within 24 hours, and 1 more now") as caught:
        desk.invite(fresh(), fresh())
    assert "There is room for all of them from" in caught.value.next_step
    assert actions()[-1] == ("referrals.invitation.refused", "refused")
    assert desk.invite(fresh()).state == "done"
    assert desk.invite(fresh(), user=lead).state == "done"
    Invitation.objects.update(started_at=LONG_AGO)
    assert desk.invite(fresh(), fresh(), fresh()).state == "done"


def test_room_is_promised_for_when_there_is_room_for_all_and_never_where_there_is_none(desk):
    first, second = desk.invite(fresh()), desk.invite(fresh())
    now = timezone.now()
    Invitation.objects.filter(pk=first.pk).update(started_at=now - timedelta(hours=20))
    Invitation.objects.filter(pk=second.pk).update(started_at=now - timedelta(hours=2))

    def refused(most, *people):
        InviteRules.objects.update(per_person_a_day=most)
        with pytest.raises(Refused) as caught:
            desk.invite(*people)
        return caught.value.next_step

    assert moment(now + timedelta(hours=4)) in refused(2, fresh())
    # Fewer are allowed by now than were invited: the first that leaves makes no room yet.
    assert moment(now + timedelta(hours=22)) in refused(1, fresh())
    for words in (refused(0, fresh()), refused(2, fresh(), fresh(), fresh())):
        assert words == "Take rows out, or leave them to somebody else."


@pytest.mark.django_db(transaction=True)
def test_nothing_says_that_more_were_invited_than_were(desk):
    desk.outside.add_fault(path="/v2/customers/lookup", count=9, kind="status", status=429)
    remember_found(user_id=desk.agent.pk, customer_id=desk.customer_id, found_by="mobile", handle="")
    act = desk.invite(fresh(), fresh(), CUSTOMER)
    assert (act.state, act.invited, act.refused) == ("done", 2, 1)
    [told] = told_rows(list(Entry.objects.filter(action="referrals.invited")), folded=False)
    assert "invited <b>2 people</b>" in told.sentence
    assert [step.text for step in life_of(act, list(act.invitees.all()))] == [
        "Asha Verma asked for 3 people to be invited.",
        "2 friends invited.",
    ]
    [recent] = recent_customers(desk.agent.pk)
    assert recent.last_act == "2 people invited"
    desk.outside.add_fault(path="/v1.1/customer/referrals", method="POST", count=1, kind="drop_before")
    assert desk.invite(fresh()).state == "unknown"
    [recent] = recent_customers(desk.agent.pk)
    assert recent.last_act == "Invited 1 person: not known yet"


def test_a_store_may_have_rules_of_its_own(desk):
    InviteRules.objects.create(store=desk.store, per_person_a_day=None)
    InviteRules.objects.filter(store=None).update(per_person_a_day=0)
    assert desk.invite(fresh()).state == "done"
    assert left_today(desk.agent, desk.store.pk) is None


def test_nobody_invites_without_the_right_or_while_it_is_switched_off(desk, administrator, auditor):
    for user in (administrator, auditor):
        with pytest.raises(Refused, match="does not invite friends here"):
            desk.invite(fresh(), user=user)
    turn_off(
        actor=desk.actor(administrator),
        user=administrator,
        act="invite",
        store=None,
        reason="Too many texts.",
    )
    with pytest.raises(Refused, match="Too many texts"):
        desk.invite(fresh())
    assert sent(desk.outside) == 0


def test_nobody_invites_in_the_name_of_their_own_account(desk):
    desk.agent.set_mobile("+91 55500 00030")
    desk.agent.save()
    with pytest.raises(Refused, match="your own mobile"):
        desk.invite(fresh())
    assert actions() == [("referrals.invitation.refused", "refused")]


def test_a_merged_customer_invites_nobody(desk, outside):
    merged = next(int(one["id"]) for key, one in outside.characters.items() if key == "merged")
    with pytest.raises((Conflict, Rejected), match="merged"):
        desk.invite(fresh(), customer_id=merged)
    assert Invitation.objects.count() == 0


def test_the_hour_of_version_2_is_over_and_the_form_says_when_to_try_again(desk, dialect, settings):
    dialect("v2")
    desk.outside.switch(referrals_an_hour="3")
    for _time in range(3):
        desk.invite(fresh())
    # The outside's own count is over; ours lets up to a thousand through.
    with pytest.raises(RateLimited) as caught:
        desk.invite(fresh())
    assert "again" in caught.value.next_step
    assert Invitation.objects.count() == 3
