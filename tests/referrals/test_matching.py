"""The two lists of the outside are joined by identifier and by nothing else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.capillary.types_activity import Incentive, Invitee, Referee, Referrals
from apps.capillary.types_common import Place
from apps.referrals.joining import join
from apps.referrals.matching import match
from apps.referrals.story import Asked
from apps.referrals.telling_lines import entries_of, line_of, totals_of

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MOBILE, MAIL = "915550000301", "rohan.dsouza@example.com"


def invitee(identifier, *, name="", days=0, kind=None, till="till.012.01"):
    at = None if days is None else MONDAY + timedelta(days=days)
    kind = kind or ("EMAIL" if "@" in identifier else "MOBILE")
    return Invitee(kind, identifier, name, at, Place(till) if till else None)


def came(event="REGISTRATION", *, mobile="", email="", customer="", first="", external="", days=5):
    return Referee(event, customer, first, "", mobile, email, external, MONDAY + timedelta(days=days))


def reward(**whom):
    return Incentive("COUPON", "", "4102", whom.pop("customer", ""), Decimal(1), MONDAY, **whom)


def told(invitees=(), referees=(), incentives=(), code="MAPLE1", token="MAPLEFRIENDS"):
    return Referrals(code, tuple(invitees), tuple(referees), tuple(incentives), campaign_token=token)


def shown(*rows, asked=None):
    asked = asked or Asked()
    matched = [match(one) for one in join(rows)]
    entries = entries_of(matched, asked)
    return [line_of(entry) for entry in entries], totals_of(entries, matched, asked)


def test_one_line_for_each_invited_person_with_the_stage_they_came_to():
    lines, totals = shown(
        told(
            [invitee(MOBILE, name="Leela"), invitee(MAIL, days=1), invitee("915550000302", days=2)],
            [came(mobile=MOBILE, customer="7"), came("TRANSACTION", mobile=MOBILE, customer="7", days=9)],
            [reward(customer="7")],
        )
    )
    assert [(line.stage, line.matched) for line in lines] == [
        ("invited", True),
        ("invited", True),
        ("rewarded", True),
    ]
    leela = lines[-1]
    assert (leela.name, leela.customer_id, leela.mask, leela.till_code) == (
        "Leela",
        "7",
        "•••••• 0301",
        "till.012.01",
    )
    assert (leela.joined_at, leela.bought_at) == (MONDAY + timedelta(days=5), MONDAY + timedelta(days=9))
    assert (totals.invited, totals.joined, totals.bought, totals.rewarded, totals.unmatched) == (
        3,
        1,
        1,
        1,
        0,
    )
    assert totals.funnel[1] == ("joined", 1, 33)


def test_a_country_code_may_be_left_out_and_an_address_may_be_written_large():
    lines, _totals = shown(
        told(
            [invitee("5550000301"), invitee("Rohan.DSouza@Example.com")],
            [came(mobile=MOBILE), came(email=MAIL)],
        )
    )
    assert [(line.stage, line.matched) for line in lines] == [("joined", True), ("joined", True)]


def test_nulls_are_shown_as_what_they_are_and_belong_to_nobody():
    lines, totals = shown(
        told(
            [invitee("", name="Leela"), invitee(MOBILE, name="Rohan")],
            [came(first="Leela"), came("TRANSACTION"), came(external="CRM-0042319")],
            [reward()],
        )
    )
    assert sorted((line.stage, line.matched) for line in lines) == [
        ("bought", False),
        ("invited", True),
        ("invited", True),
        ("joined", False),
        ("joined", False),
    ]
    assert (totals.invited, totals.joined, totals.bought, totals.unmatched) == (2, 2, 1, 3)
    assert (totals.rewarded, totals.unmatched_rewards) == (0, 1)


def test_an_invited_person_invited_again_is_one_line_of_the_first_time():
    lines, totals = shown(
        told([invitee(MOBILE, days=4, name="Leela"), invitee(MOBILE, days=1), invitee("", days=None)], [])
    )
    again = next(line for line in lines if line.mask)
    assert (again.times, again.invited_at, again.name) == (2, MONDAY + timedelta(days=1), "Leela")
    assert totals.invited == 2


def test_whoever_was_reached_by_two_invitations_is_counted_once():
    lines, totals = shown(
        told([invitee(MOBILE), invitee(MAIL)], [came(mobile=MOBILE, email=MAIL, customer="7")])
    )
    assert [line.stage for line in lines] == ["joined", "joined"]
    assert (totals.invited, totals.joined) == (2, 1)


def test_one_number_of_two_customers_names_neither():
    [line], totals = shown(
        told([invitee(MOBILE)], [came(mobile=MOBILE, customer="7"), came(mobile=MOBILE, customer="8")])
    )
    assert (line.stage, line.customer_id, totals.joined) == ("joined", "", 2)


def test_both_versions_are_joined_by_the_code_and_tell_more_together():
    v2 = told([invitee(MOBILE)], [came(mobile=MOBILE, customer="7")], [reward(customer="7")], token="")
    v11 = told([invitee(MOBILE, name="Leela")], [came(mobile=MOBILE)])
    other = told([invitee(MOBILE, name="Leela")], code="CIRCLE9", token="THREADCIRCLE")
    lines, _totals = shown(v2, v11, other)
    assert sorted((line.campaign, line.stage, line.name, line.customer_id) for line in lines) == [
        ("MAPLEFRIENDS", "rewarded", "Leela", "7"),
        ("THREADCIRCLE", "invited", "Leela", ""),
    ]


def test_a_reward_is_joined_by_the_number_where_no_id_is_told():
    [line], _totals = shown(told([invitee(MOBILE)], [came(mobile=MOBILE)], [reward(for_mobile=MOBILE)]))
    assert (line.stage, line.rewards) == ("rewarded", ("COUPON",))


def test_filters_take_days_campaigns_and_tills_and_totals_follow():
    maple = told(
        [invitee(MOBILE, days=0), invitee(MAIL, days=3, till="till.cc.01"), invitee("", days=None)],
        [came("TRANSACTION", days=3)],
        [reward()],
    )
    circle = told([invitee(MOBILE, days=3)], code="CIRCLE9", token="THREADCIRCLE")
    day = (MONDAY + timedelta(days=3)).date()

    def count(**values):
        lines, totals = shown(maple, circle, asked=Asked(**values))
        return len(lines), totals.invited, totals.bought, totals.unmatched_rewards

    assert count() == (5, 4, 1, 1)
    assert count(start=day, end=day) == (3, 2, 1, 0)
    assert count(campaign="THREADCIRCLE") == (1, 1, 0, 0)
    assert count(till="till.cc.01") == (1, 1, 0, 0)


NUMBERS = st.sampled_from(["", "915550000301", "5550000301", "915550000302", "915550000303"])
MAILS = st.sampled_from(["", "a@example.com", "b@example.com"])
INVITED = st.builds(invitee, NUMBERS | MAILS, name=st.sampled_from(["", "Leela"]))
ARRIVED = st.builds(
    came,
    st.sampled_from(["REGISTRATION", "TRANSACTION", "OTHER"]),
    mobile=NUMBERS,
    email=MAILS,
    customer=st.sampled_from(["", "7", "8"]),
    first=st.sampled_from(["", "Leela"]),
)


@given(st.lists(INVITED, max_size=8), st.lists(ARRIVED, max_size=8))
def test_nobody_is_lost_and_nobody_comes_without_an_identifier_in_common(invitees, referees):
    [matched] = [match(one) for one in join([told(invitees, referees)])]
    assert sum(guest.times for guest in matched.guests) == len(invitees)
    arrivals = {id(one): one for guest in matched.guests for one in guest.came}
    arrivals |= {id(one): one for one in matched.others}
    assert sum(len(one.events) for one in arrivals.values()) == len(referees)
    known = {row.mobile for row in referees} | {row.email for row in referees}
    known |= {f"91{value}" for value in known if len(value) == 10}
    for guest in matched.guests:
        if guest.came:
            assert guest.forms & known
            assert not any(one.anonymous for one in guest.came)
