"""What is unusual about invitations is noticed once, shown to whom it concerns, and marked by somebody else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.core.errors import BadInput, Conflict, Refused
from apps.referrals.contacts import digest_of
from apps.referrals.models import InviteRules, Sighting, Signal
from apps.referrals.noticing import runs
from apps.referrals.reading import read_referrals
from apps.referrals.sightings import prune
from apps.referrals.signals import look_for_signals, mark_looked_at, why_not_mark
from tests.referrals.conftest import CIRCLE, MAPLE, fresh, fresh_mail
from tests.support.referrals import strangers

OURS, TWELVE = "till.cc.01", "till.012.01"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.get_fixed_timezone(330))


@pytest.fixture
def seen(rules):
    """``seen(customer, number, till=, minutes=)``: an invitation the console came to know of."""
    start = timezone.now() - timedelta(hours=5)

    def add(customer, number, till=TWELVE, minutes=0, **more):
        values = {
            "customer_id": customer,
            "campaign": MAPLE,
            "digest": digest_of("mobile", number),
            "kind": "mobile",
            "mask": f"•••••• {number[-4:]}",
            "till_code": till,
            "invited_at": start + timedelta(minutes=minutes),
        }
        return Sighting.objects.create(**{**values, **more})

    return add


def burst(seen, count, *, start=0, customer=1):
    for number in range(count):
        seen(customer, f"9155600{start + number:05d}", minutes=start + number)


def only(kind):
    return list(Signal.objects.filter(kind=kind).order_by("id"))


def test_many_from_one_till_in_a_short_time_are_one_signal_that_grows(seen, stores, reference):
    burst(seen, 19)
    assert (look_for_signals(), Signal.objects.count()) == (19, 0)
    burst(seen, 6, start=19)
    look_for_signals()
    [signal] = only("many_from_till")
    assert (signal.size, signal.till_code, list(signal.stores.all())) == (25, TWELVE, [stores.store_12])
    assert (len(signal.evidence["rows"]), signal.evidence["customers"]) == (25, [1])
    assert signal.ends_at - signal.begins_at == timedelta(minutes=24)
    burst(seen, 2, start=25)
    look_for_signals()
    assert [one.size for one in only("many_from_till")] == [27]
    assert look_for_signals() == 0
    assert Entry.objects.filter(action="referrals.signal.found").count() == 1


def test_a_list_that_is_cut_says_how_many_there_are(seen, manager, client_as, reference):
    burst(seen, 63)
    look_for_signals()
    words = client_as(manager).get("/referrals/signals/").content.decode()
    assert "63 people invited" in words
    assert "The newest 50 of 63 invitations" in words


def test_as_many_over_a_day_are_none(seen):
    for number in range(40):
        seen(1, f"9155600{number:05d}", minutes=number * 5 - 60)
    look_for_signals()
    assert only("many_from_till") == []


def test_a_store_may_ask_for_fewer_and_nought_asks_for_none(seen, stores):
    InviteRules.objects.create(store=stores.store_12, burst_count=3, burst_minutes=10)
    InviteRules.objects.filter(store=None).update(burst_count=0)
    burst(seen, 3)
    for number in range(30):
        seen(2, f"9155700{number:05d}", till="till.007.01")
    look_for_signals()
    assert [one.till_code for one in only("many_from_till")] == [TWELVE]


def test_what_was_looked_at_comes_again_only_when_there_is_much_more_of_it(seen, manager, reference, desk):
    burst(seen, 20)
    look_for_signals()
    mark_looked_at(actor=desk.actor(manager), user=manager, signal=Signal.objects.get(), note="A market day.")
    burst(seen, 10, start=20)
    look_for_signals()
    assert [one.size for one in only("many_from_till")] == [20]
    burst(seen, 10, start=30)
    look_for_signals()
    first, second = only("many_from_till")
    assert (first.note, second.size, second.looked_at) == ("A market day.", 40, None)


def test_one_person_invited_by_several_customers(seen, stores):
    number = fresh()
    seen(1, number)
    seen(1, number, campaign=CIRCLE)
    look_for_signals()
    assert only("shared_identifier") == []
    seen(2, number, till="till.007.01")
    seen(3, number, invited_at=timezone.now() - timedelta(days=61))
    look_for_signals()
    [signal] = only("shared_identifier")
    assert (signal.size, signal.evidence["customers"]) == (2, [1, 2])
    assert set(signal.stores.all()) == {stores.store_12, stores.store_07}
    assert number not in str(signal.evidence)


@pytest.mark.parametrize("by", ["mobile", "email"])
def test_a_colleague_who_was_invited(seen, agent, by):
    mobile = fresh()
    agent.set_mobile(f"+{mobile}")
    agent.save()
    digest = digest_of("mobile", mobile) if by == "mobile" else digest_of("email", agent.email)
    seen(1, fresh(), digest=digest)
    look_for_signals()
    [signal] = only("staff_invited")
    assert (signal.evidence["colleague"], signal.involved) == ("Asha Verma", [agent.pk])


def test_invitations_sent_here_and_read_elsewhere_are_both_noticed(desk, reference):
    InviteRules.objects.update(burst_count=4)
    shared, [other] = fresh(), strangers(desk.outside, 1)
    desk.invite(shared, fresh_mail(), fresh(), fresh())
    ids = desk.outside.invite_elsewhere(
        [other], 6, tills=[TWELVE], identifiers=[shared, *[fresh() for _ in range(5)]], campaign=MAPLE
    )
    assert len(ids) == 6
    look_for_signals()
    assert [one.till_code for one in only("many_from_till")] == [OURS]
    read_referrals(actor=desk.actor(), customer_id=other)
    look_for_signals()
    assert [one.till_code for one in only("many_from_till")] == [OURS, TWELVE]
    [signal] = only("shared_identifier")
    assert signal.evidence["customers"] == sorted([desk.customer_id, other])
    assert only("many_from_till")[0].involved == [desk.agent.pk]
    for customer in (desk.customer_id, other):
        read_referrals(actor=desk.actor(), customer_id=customer)
    # What was sent here and stands in the list is one invitation; what is known is not written again.
    with CaptureQueriesContext(connection) as queries:
        read_referrals(actor=desk.actor(), customer_id=other)
    assert not [one for one in queries if 'INSERT INTO "referrals' in one["sql"]]
    assert Sighting.objects.filter(customer_id=other).count() == 6
    assert Sighting.objects.filter(user=desk.agent).count() == 4


def test_managers_see_those_of_their_stores_and_auditors_all(seen, manager, other_manager, auditor, agent):
    burst(seen, 20)
    look_for_signals()
    [signal] = only("many_from_till")
    counts = {
        user.name: Signal.objects.visible_to(user).count()
        for user in (manager, other_manager, auditor, agent)
    }
    assert list(counts.values()) == [1, 0, 1, 0]
    assert why_not_mark(manager, signal) == ""
    for user in (other_manager, auditor, agent):
        assert why_not_mark(user, signal)


def test_a_manager_marks_it_once_with_what_they_found(seen, manager, reference, desk):
    burst(seen, 20)
    look_for_signals()
    signal = Signal.objects.get()

    def mark(note="A market day."):
        return mark_looked_at(actor=desk.actor(manager), user=manager, signal=signal, note=note)

    with pytest.raises(BadInput) as caught:
        mark(" ")
    assert caught.value.field == "note"
    marked = mark()
    assert (marked.looked_by, marked.looked_by_name, marked.note) == (manager, manager.name, "A market day.")
    assert not Signal.objects.waiting().exists()
    with pytest.raises(Conflict, match="looked at it already"):
        mark()
    entry = Entry.objects.get(action="referrals.signal.looked_at")
    assert entry.reason == "A market day."


def test_nobody_marks_what_is_about_themselves(seen, manager, auditor, desk):
    burst(seen, 20)
    Sighting.objects.update(user=manager)
    look_for_signals()
    for user, words in ((manager, "about you"), (auditor, "do not look at signals")):
        with pytest.raises(Refused, match=words):
            mark_looked_at(actor=desk.actor(user), user=user, signal=Signal.objects.get(), note="Fine.")


def test_what_is_old_is_forgotten(seen):
    seen(1, fresh(), invited_at=timezone.now() - timedelta(days=121))
    kept = seen(2, fresh(), invited_at=timezone.now() - timedelta(days=119))
    assert prune() == 1
    assert list(Sighting.objects.all()) == [kept]


@given(st.lists(st.integers(0, 600), max_size=40), st.integers(2, 6), st.integers(1, 90))
def test_every_window_that_is_full_lies_in_a_stretch_and_nothing_else_does(minutes, count, within):
    rows = [Sighting(invited_at=NOW + timedelta(minutes=one)) for one in sorted(minutes)]
    window = timedelta(minutes=within)
    full = {
        id(row)
        for first in range(len(rows) - count + 1)
        for row in rows[first : first + count]
        if rows[first + count - 1].invited_at - rows[first].invited_at <= window
    }
    assert {id(row) for stretch in runs(rows, window, count) for row in stretch} == full
