"""Faults for real: whatever happens on the way, everybody is invited at most once, and the state is right."""

import threading
import time
import uuid

import pytest
from django.db import connections

from apps.audit.models import Entry
from apps.capillary.errors import RateLimited
from apps.core.errors import BadInput, Conflict, ConsoleError, Missing, Refused
from apps.operations.models import Notice
from apps.operations.unknowns import sources_for
from apps.referrals.models import Invitation, Invitee, InviteRules
from apps.referrals.resolving import give_up, look_again, why_not_give_up
from apps.referrals.wanted import BadRows, WantedInvites
from tests.referrals.conftest import CIRCLE, MAPLE, again, fresh, fresh_mail
from tests.support.dying import run_and_die
from tests.support.times import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)

POST = {"auto": "/v1.1/customer/referrals", "v2": "/v2/customers/500000030/referrals"}
# Whether the work was done outside although no good answer came.
FAULTS = {
    "dropped before the work": ({"kind": "drop_before"}, False),
    "dropped after the work": ({"kind": "drop_after"}, True),
    "too slow": ({"kind": "latency", "latency_ms": 900}, True),
    "an error of theirs": ({"kind": "status", "status": 500}, False),
    "nonsense": ({"kind": "nonsense"}, None),
}


@pytest.fixture
def impatient(settings, outside):
    settings.CAPILLARY = {**settings.CAPILLARY, "read_timeout_seconds": 0.6}


def order(desk, fault, *, path=POST["auto"], count=1):
    desk.outside.add_fault(path=path, method="POST", count=count, **fault)


def posts(desk, path=POST["auto"]):
    return len(desk.outside.requests(path=path, method="POST"))


@pytest.mark.parametrize("version", POST)
@pytest.mark.parametrize("name", FAULTS)
def test_a_lost_reply_is_not_known_and_settled_from_the_list(desk, impatient, dialect, name, version):
    if version != "auto":
        dialect(version)
    (fault, _done), mobile = FAULTS[name], fresh()
    order(desk, fault, path=POST[version])
    wanted = desk.wanted(mobile)
    act = desk.send(wanted)
    assert (act.state, act.badge, act.not_known) == ("unknown", "unknown", 1)
    with pytest.raises(BadRows) as caught:
        desk.invite(mobile)
    assert caught.value.checks[0].why in {"unknown", "invited"}
    assert desk.send(wanted).pk == act.pk
    time.sleep(1.0 if name == "too slow" else 0)
    desk.settle()
    act = again(act)
    if desk.stored(mobile):
        assert (act.state, act.invited, act.invitees.get().state) == ("done", 1, "invited")
        assert act.invitees.get().found_at is not None
        assert "It took place: IN-" in Notice.objects.get(user=desk.agent).words
    else:
        assert (act.state, act.not_known) == ("unknown", 1)
        desk.over_the_horizon()
        assert again(act).state == "person"
    assert (len(desk.stored(mobile)) <= 1, posts(desk, POST[version])) == (True, 1)
    if _done is not None:
        assert bool(desk.stored(mobile)) is _done


def test_those_found_are_settled_and_the_others_stay_not_known(desk):
    good, refused = fresh(), "915550000034"
    # That the second is a customer cannot be asked, and the answer that says so is lost.
    desk.outside.add_fault(path="/v2/customers/lookup", count=9, kind="status", status=429)
    order(desk, {"kind": "drop_after"})
    act = desk.invite(good, refused)
    desk.well_again()
    desk.settle()
    act = again(act)
    assert (act.state, act.invited, act.refused, act.not_known) == ("unknown", 1, 0, 1)
    assert [row.state for row in act.invitees.all()] == ["invited", "unknown"]
    desk.over_the_horizon()
    assert again(act).state == "person"
    words = "The list does not have them, and they are a customer."
    done = give_up(actor=desk.actor(desk.lead), user=desk.lead, invitation=again(act), reason=words)
    assert (done.state, done.invited, done.refused, done.message) == ("done", 1, 1, words)
    assert Entry.objects.filter(action="referrals.invitation.given_up").count() == 1


def test_somebody_gives_up_only_as_a_second_person_when_the_console_has_done_looking(desk, manager):
    order(desk, {"kind": "drop_before"})
    mobile = fresh()
    act = desk.invite(mobile, user=desk.lead)

    def say(user, reason="Not there."):
        return give_up(actor=desk.actor(user), user=user, invitation=again(act), reason=reason)

    desk.settle(rounds=8)
    assert again(act).state == "unknown"
    for user in (desk.lead, desk.agent, manager):
        assert why_not_give_up(user, act)
        with pytest.raises(Refused):
            say(user)
    act.user = desk.agent
    act.actor = {**act.actor, "user_id": desk.agent.pk}
    act.save()
    with pytest.raises(Conflict, match="still checking"):
        say(desk.lead)
    desk.over_the_horizon()
    with pytest.raises(BadInput):
        say(desk.lead, " ")
    assert say(desk.lead).state == "not_done"
    assert again(act).invitees.get().state == "refused"
    assert desk.invite(mobile).state == "done"


def test_nobody_gives_up_those_who_are_there_after_all(desk):
    order(desk, {"kind": "drop_after"})
    act = desk.invite(fresh())
    Invitation.objects.update(state="person")
    with pytest.raises(Conflict, match="found after all"):
        give_up(actor=desk.actor(desk.lead), user=desk.lead, invitation=again(act), reason="Not there.")
    assert again(act).state == "done"


def test_a_person_looks_again_by_hand(desk):
    order(desk, {"kind": "drop_after"})
    act = desk.invite(fresh())
    assert look_again(actor=desk.actor(), user=desk.agent, invitation=act).state == "done"
    with pytest.raises(Missing):
        look_again(actor=desk.actor(), user=desk.agent, invitation=again(act))


def test_another_till_that_was_quicker_is_not_taken_for_us(desk):
    order(desk, {"kind": "drop_before"})
    mobile = fresh()
    act = desk.invite(mobile)
    desk.outside.invite_elsewhere(
        [desk.customer_id], identifiers=[mobile], tills=["till.012.01"], campaign=MAPLE
    )
    desk.settle()
    act = again(act)
    assert (act.state, act.refused, act.invitees.get().state) == ("not_done", 1, "refused")
    assert "Another till" in act.invitees.get().message


@pytest.mark.parametrize("version", POST)
def test_the_same_friend_in_another_campaign_is_not_taken_for_this_one(desk, dialect, version):
    if version != "auto":
        dialect(version)
    mobile = fresh()
    desk.invite(mobile, campaign=CIRCLE)
    desk.settle()
    assert Invitation.objects.get().state == "done"
    order(desk, {"kind": "drop_before"}, path=POST[version])
    lost = desk.invite(mobile, campaign=MAPLE)
    desk.settle()
    assert (again(lost).state, again(lost).not_known) == ("unknown", 1)
    # Once both campaigns show the friend, this one is among them.
    desk.outside.invite_elsewhere(
        [desk.customer_id], identifiers=[mobile], tills=["till.cc.01"], campaign=MAPLE
    )
    desk.settle()
    assert (again(lost).state, again(lost).invited) == ("done", 1)


def test_too_many_calls_is_a_certain_no_and_the_same_form_works_a_moment_later(desk):
    wanted = desk.wanted(fresh())
    order(desk, {"kind": "status", "status": 429})
    with pytest.raises(RateLimited):
        desk.send(wanted)
    assert Invitation.objects.get().state == "not_done"
    assert desk.send(wanted).state == "done"
    assert Invitee.objects.filter(state="invited").count() == 1


@pytest.mark.parametrize("path", ["*referrals", "/v1.1/customer/referrals"])
def test_a_list_that_cannot_be_read_keeps_everything_from_being_sent(desk, path):
    desk.outside.add_fault(path=path, method="GET", count=9, kind="status", status=429)
    with pytest.raises(ConsoleError):
        desk.invite(fresh())
    assert (Invitation.objects.count(), posts(desk)) == (0, 0)


def together(*works):
    """All at the same moment, each in a thread of its own; what each gave or raised."""
    ready, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            ready.wait()
            found[place] = work()
        except ConsoleError as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


@pytest.mark.parametrize("late", [False, True])
def test_a_double_click_invites_once(desk, late):
    if late:
        # One half gets the list when the other half has invited them already.
        fault = {"kind": "latency", "latency_ms": 1000}
        desk.outside.add_fault(path="/v1.1/customer/referrals", method="GET", count=1, **fault)
    wanted = desk.wanted(fresh(), fresh_mail())
    first, second = together(lambda: desk.send(wanted), lambda: desk.send(wanted))
    assert first.pk == second.pk
    assert (Invitee.objects.count(), posts(desk)) == (2, 1)


def test_two_people_inviting_the_same_friend_at_once_send_it_once(desk):
    mobile = fresh()
    found = together(lambda: desk.invite(mobile), lambda: desk.invite(mobile, user=desk.lead))
    assert sum(isinstance(one, Invitation) for one in found) == 1
    assert sum(isinstance(one, (BadRows, Conflict)) for one in found) == 1
    assert len(desk.stored(mobile)) == 1


def test_the_limit_of_the_day_holds_for_forms_sent_at_the_same_moment(desk):
    InviteRules.objects.update(per_person_a_day=5)
    found = together(*[lambda: desk.invite(fresh(), fresh()) for _form in range(4)])
    assert sum(isinstance(one, Invitation) for one in found) == 2
    assert sum(isinstance(one, Refused) for one in found) == 2
    assert Invitee.objects.count() == 4


PEOPLE = """
import uuid
from apps.referrals.inviting import invite
from apps.referrals.sweeps import settle_invitations
from apps.referrals.wanted import Row, WantedInvites
from apps.staff.models import Store, User
from tests.referrals.conftest import actor_for
store = Store.objects.get(code="CC")
user = User.objects.get(name="Asha Verma")
def go(token, *contacts):
    rows = tuple(Row("", one) for one in contacts)
    wanted = WantedInvites(500000030, rows, uuid.UUID(token), "MAPLEFRIENDS")
    invite(actor=actor_for(user, store), user=user, wanted=wanted)
"""


def test_killed_between_inviting_and_settling_is_found_and_invited_once(desk):
    token, mobile = uuid.uuid4(), fresh()
    run_and_die("v1.1.customer.referrals.add", f"{PEOPLE}go('{token}', '{mobile}')", desk.outside.url)
    act = Invitation.objects.get()
    assert (act.state, act.sent_at is not None, act.invitees.get().state) == ("in_progress", True, "sending")
    with pytest.raises(BadRows):
        desk.invite(mobile)
    # The worker that reads it back is killed too, and the next one takes over.
    Invitation.objects.update(next_look_at=LONG_AGO)
    before = """
from apps.capillary.client import Client
plain_all = Client.send_all
def send_all(client, calls, **more):
    plain_all(client, calls, **more)
    os.kill(os.getpid(), signal.SIGKILL)
Client.send_all = send_all
"""
    run_and_die("never", f"{PEOPLE}{before}settle_invitations()", desk.outside.url)
    assert again(act).state == "in_progress"
    desk.settle()
    assert (again(act).state, len(desk.stored(mobile)), posts(desk)) == ("done", 1, 1)
    wanted = desk.wanted(mobile, token=token)
    assert desk.send(WantedInvites(desk.customer_id, wanted.rows, token, MAPLE)).pk == act.pk


def test_killed_before_anything_left_is_settled_as_not_done_at_once(desk):
    mobile = fresh()
    before = """
from apps.operations.acts import carrying
carrying.fenced = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
    run_and_die("never", f"{PEOPLE}{before}go('{uuid.uuid4()}', '{mobile}')", desk.outside.url)
    assert (Invitation.objects.get().state, Invitation.objects.get().sent_at) == ("in_progress", None)
    desk.settle()
    act = Invitation.objects.get()
    assert (act.state, act.invitees.get().state, posts(desk)) == ("not_done", "refused", 0)
    assert desk.invite(mobile).state == "done"


def test_what_is_not_known_is_listed_for_who_may_see_it(desk, auditor, other_manager):
    order(desk, {"kind": "drop_before"})
    act = desk.invite(fresh(), fresh())
    for user, seen in ((desk.agent, 1), (desk.lead, 1), (auditor, 1), (other_manager, 0)):
        [source] = [one for one in sources_for(user) if one.act == "invite"]
        rows = list(source.unknown(user))
        assert len(rows) == seen
        for row in rows:
            line = source.line(row, user)
            assert (line.number, line.what, line.whom) == (act.number, "2 people", act.customer_mask)
