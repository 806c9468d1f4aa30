"""Inviting for real against the look-alike: done, refused, and every rule that says no before anything is sent."""

from apps.referrals.models import Invitation, Invitee
from tests.referrals.conftest import MAPLE, fresh


def test_people_are_invited_by_one_call_and_every_row_says_so(desk):
    mobile, mail = fresh(), "tara.bose.first@example.com"
    made = desk.invite(mobile, mail)
    assert (made.state, made.invited, made.refused, made.not_known) == ("done", 2, 0, 0)
    rows = list(made.invitees.all())
    assert [(row.state, row.kind, row.code) for row in rows] == [
        ("invited", "mobile", "100"),
        ("invited", "email", "100"),
    ]
    [stored] = desk.stored(mobile)
    assert (stored["referrer_id"], stored["till_code"]) == (desk.customer_id, desk.store.till_code)
    assert stored["campaign_token"] == MAPLE


def test_the_same_form_sent_again_invites_nobody_twice(desk):
    wanted = desk.wanted(fresh())
    from apps.referrals.inviting import invite

    first = invite(actor=desk.actor(), user=desk.agent, wanted=wanted)
    again = invite(actor=desk.actor(), user=desk.agent, wanted=wanted)
    assert first.pk == again.pk
    assert Invitation.objects.count() == 1
    assert Invitee.objects.count() == 1
