"""What is shown of a customer's referrals: read for real, in every version, a page at a time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.capillary.errors import CapillaryError, CustomerNotFound
from apps.core.errors import ConsoleError
from apps.referrals.models import Campaign, Invitee, Sighting
from apps.referrals.reading import read_referrals
from apps.referrals.story import PAGE, Asked
from tests.referrals.conftest import CIRCLE, MAPLE, fresh
from tests.support.referrals import strangers

SEEDED = {
    ("Zara Fernandes", "rewarded", "500000033"),
    ("Harish Shetty", "bought", "500000032"),
    ("Ishita Kapoor", "joined", "500000031"),
    ("Kavita Joshi", "invited", ""),
}


@pytest.fixture
def story(desk):
    def read(customer_id=desk.customer_id, **asked):
        return read_referrals(actor=desk.actor(), customer_id=customer_id, asked=Asked(**asked))

    return read


def seeded(story):
    """The people of the seed among the lines."""
    names = {name for name, _stage, _id in SEEDED}
    return {(one.name, one.stage, one.customer_id) for one in story.lines if one.name in names}


def test_codes_stages_and_who_they_are_here_of_both_campaigns(story, desk):
    told = story(till="till.012.01")
    assert [(code.token, code.code, code.title) for code in told.codes] == [
        (MAPLE, "FR0000030", "Bring a friend to Maple & Thread"),
        (CIRCLE, "TCNISHA030", "Thread Circle brings its circle"),
    ]
    assert seeded(told) == SEEDED
    assert ("till.012.01", "Store 12") in told.places
    assert (told.totals.invited, told.totals.joined, told.totals.bought, told.totals.rewarded) == (9, 3, 2, 1)
    assert (told.names_told, told.campaigns_told, told.notes, told.open) == (True, True, (), ())
    assert {one.campaign for one in told.lines if one.name == "Mohan Yadav"} == {MAPLE, CIRCLE}


def test_who_came_and_cannot_be_matched_is_shown_as_such(story):
    lost = [one for one in story(campaign=MAPLE).lines if not one.matched]
    assert sorted((one.name, one.stage, one.mask) for one in lost) == [
        ("", "bought", ""),
        ("", "joined", ""),
        ("Gaurav Malhotra", "bought", "•••••• 0034"),
    ]
    assert story(campaign=MAPLE).totals.unmatched == 3


def test_version_1_alone_tells_names_and_not_who_they_are_here(story, dialect):
    dialect("v1.1")
    told = story(till="till.012.01")
    assert seeded(told) == {(name, stage, "") for name, stage, _id in SEEDED}
    assert (told.names_told, told.notes, len(told.codes)) == (True, (), 2)


def test_version_2_alone_tells_neither_names_of_the_invited_nor_campaigns(story, dialect):
    dialect("v2")
    told = story(till="till.012.01")
    assert [(code.key, code.token, code.code) for code in told.codes] == [
        ("1", "", "FR0000030"),
        ("2", "", "TCNISHA030"),
    ]
    assert {one.name for one in told.lines if one.stage == "invited"} == {""}
    assert (told.names_told, told.campaigns_told) == (False, False)
    assert len(story(campaign="2", till="till.012.01").lines) == 2


def test_where_all_referees_are_nulls_nothing_is_guessed(story, desk):
    desk.outside.switch(referees="nulls")
    told = story(till="till.012.01")
    assert {one.stage for one in told.lines} == {"invited"}
    rest = [one for one in story(campaign=MAPLE).lines if not one.matched]
    assert (len(rest), {one.mask for one in rest}) == (9, {""})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/v2/customers/500000030/referrals", "Who the people are who came could not be read."),
        ("/v1.1/customer/referrals", "The campaign Bring a friend to Maple & Thread could not be read."),
    ],
)
def test_what_one_version_cannot_tell_is_said_and_the_rest_is_shown(story, desk, path, note):
    desk.outside.add_fault(path=path, count=9, kind="status", status=500)
    told = story()
    assert len(told.codes) == 2
    assert any(one.startswith(note) for one in told.notes)
    assert told.count >= 9


@pytest.mark.django_db(transaction=True)
def test_when_nothing_can_be_read_the_error_says_so(story, desk):
    desk.outside.switch(referrals="failing")
    with pytest.raises(CapillaryError):
        story()
    desk.outside.switch(referrals="on")
    desk.well_again()
    with pytest.raises(CustomerNotFound):
        story(customer_id=999999999)


def test_a_merged_customer_has_no_story_of_their_own(story, outside):
    merged = int(outside.characters["merged"]["id"])
    for answer in ("error", "survivor"):
        outside.switch(merged=answer)
        with pytest.raises(ConsoleError, match="merged"):
            story(customer_id=merged)


def test_somebody_in_no_campaign_has_an_empty_story(story):
    told = story(customer_id=500000035)
    assert (told.count, told.lines, told.notes) == (0, (), ())
    assert told.pages == 1


def test_a_campaign_the_outside_does_not_know_is_said(story):
    Campaign.objects.create(token="OLDFRIENDS", title="Old friends")
    assert any("Old friends" in note for note in story().notes)


def test_people_invited_here_lead_to_their_invitation_by_their_number_alone(story, desk, dialect):
    made = desk.invite(fresh())
    mask = made.invitees.get().mask
    line = next(one for one in story().lines if one.mask == mask and one.sent_here == made.pk)
    assert (line.name, line.stage, line.till_code) == ("Friend 1", "invited", desk.store.till_code)
    dialect("v2")
    # Where the outside tells no name, ours is shown.
    assert next(one for one in story().lines if one.sent_here == made.pk).name == "Friend 1"


def test_what_is_not_known_yet_stands_in_the_story(story, desk):
    made = desk.invite(fresh())
    Invitee.objects.update(state="unknown")
    type(made).objects.update(state="unknown", settled_at=None)
    assert [one.pk for one in story().open] == [made.pk]


@pytest.mark.django_db(transaction=True)
def test_thousands_come_in_pages_with_as_many_queries_as_fifty(story, desk):
    few, many = strangers(desk.outside, 2)
    desk.outside.invite_elsewhere([few], 50, tills=["till.007.01"], spread_hours=400)
    desk.outside.invite_elsewhere(
        [many], 5000, tills=["till.012.01", "till.007.01"], campaign=MAPLE, spread_hours=4000
    )
    for customer in (few, many):
        story(customer)
    counted = []
    for customer in (few, many):
        with CaptureQueriesContext(connection) as queries:
            told = story(customer, page=2)
        counted.append(len(queries))
        assert (len(told.lines), told.page) == (PAGE, 2)
    assert told.count == 5000
    assert (told.totals.invited, told.pages) == (told.count, -(-told.count // PAGE))
    # A slow call writes its outcome itself, so there may be fewer.
    assert counted[1] <= counted[0]
    assert len(story(many, page=999).lines) == (told.count - 1) % PAGE + 1
    assert Sighting.objects.filter(customer_id=many).count() == 500
