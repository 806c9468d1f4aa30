"""The rules of the watch: what they find, what they leave alone, and that an item is raised once."""

import threading
from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.conf import settings as given_settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.actions import action_named, all_actions
from apps.audit.actor import Actor, system_actor
from apps.audit.models import Entry, WatchItem, WatchMark
from apps.audit.services import record
from apps.audit.watch import api_reads, exports, goodwill, looking, refusals
from apps.audit.watch.acts import ONLY_READ, only_reads
from apps.audit.watch.looking import look
from apps.audit.watch.marking import mark_looked_at
from apps.audit.watch.reading import in_words
from apps.audit.watch.rules import all_rules
from apps.core.context import new_reference, use_reference
from apps.core.errors import BadInput, Conflict, Refused
from apps.staff.api.keys import make_key
from console.env import read
from console.env_values import hours_of_week
from tests.core.test_env import GOOD

pytestmark = pytest.mark.django_db
ASHA = Actor(user_id=4, name="Asha Verma", role="Agent", store_id=12, store_code="012")
ROHAN = Actor(user_id=5, name="Rohan Mehta", role="Store manager", store_id=12, store_code="012")
FILE = Actor(user_id=4, name="Asha Verma", role="Agent", channel="operation")
SMALL = {
    "lookups_a_day": 5,
    "lookups_an_hour": 0,
    "program_lookups_a_day": 8,
    "program_lookups_an_hour": 0,
    "reveals_a_day": 3,
    "goodwill_least": 5,
    "goodwill_customers_share": 60,
    "goodwill_reason_share": 95,
    "hours": (),
    "outside_hours_a_day": 3,
    "refusals_in_a_row": 3,
    "export_most": 0,
    "export_times": 5,
}
# A Wednesday, at noon, so that no test crosses a day by itself.
NOON = datetime.combine(timezone.localdate(), time(12), tzinfo=timezone.get_default_timezone())
NOON -= timedelta(days=(NOON.weekday() - 2) % 7 + 7)


@pytest.fixture(autouse=True)
def limits(settings):
    """``limits(reveals_a_day=2)``: the watch with small limits, everybody at work at any hour."""

    def change(**values):
        settings.CONSOLE_WATCH = settings.CONSOLE_WATCH | values

    change(**SMALL)
    WatchMark.objects.create(pk=1)
    return change


@pytest.fixture
def act():
    """``act("customer.viewed", 4417, minutes=5)``: an entry of Asha Verma, so long after noon."""

    def write(action, customer="", *, by=ASHA, minutes=0.0, days=0, **more):
        at = NOON + timedelta(minutes=minutes, days=days)
        known = action_named(action)
        if known.reason:
            more.setdefault("reason", "The caller asked.")
        with use_reference(new_reference()), patch("apps.audit.store.timezone.now", return_value=at):
            return record(action, actor=by, customer=str(customer), **more)

    return write


@pytest.fixture
def goodwill_act(act):
    """``goodwill_act(number, customer, reason=)``: a request asked for, or decided on."""

    def write(number, customer, reason=1, what="asked", **more):
        details = {"given": "100 points", "reason_id": reason}
        return act(
            f"goodwill.request.{what}", customer, subject=f"GR-{10000 + number}", details=details, **more
        )

    return write


def found(rule=None):
    look()
    items = WatchItem.objects.order_by("pk")
    return list(items.filter(rule=rule) if rule else items)


def test_settings_have_defaults_a_floor_and_a_ceiling():
    names = {name.removeprefix("CONSOLE_WATCH_").lower() for name in read(GOOD) if "_WATCH_" in name}
    assert names == set(SMALL) == set(given_settings.CONSOLE_WATCH)
    assert read(GOOD | {"CONSOLE_WATCH_REVEALS_A_DAY": "0"})["CONSOLE_WATCH_REVEALS_A_DAY"] == 0
    for name, value in (
        ("REVEALS_A_DAY", "1"),
        ("GOODWILL_REASON_SHARE", "101"),
        ("EXPORT_MOST", "-5"),
        ("HOURS", "monday 9-5"),
    ):
        with pytest.raises(SystemExit, match=f"CONSOLE_WATCH_{name}"):
            read(GOOD | {f"CONSOLE_WATCH_{name}": value})


def test_hours_are_read_with_days_that_go_over_sunday():
    assert hours_of_week("") == ()
    assert hours_of_week("sat-mon 09:00-14:30; wed 22:00-06:00") == (
        (frozenset({5, 6, 0}), time(9), time(14, 30)),
        (frozenset({2}), time(22), time(6)),
    )


def test_rules_name_actions_that_exist():
    for name in (
        api_reads.LIST,
        api_reads.ONE,
        exports.FETCHED,
        *goodwill.ACTIONS,
        *refusals.WRONG_SIGN_INS,
        refusals.COUNTED,
    ):
        assert action_named(name), name
    assert len({rule.name for rule in all_rules()}) == len(all_rules()) == 8


def test_every_word_for_reading_is_in_use_and_what_moves_points_only_reads_never():
    last = {one.name.rpartition(".")[2] for one in all_actions()}
    assert last >= ONLY_READ
    assert not any(only_reads(one.name) for one in all_actions() if one.moves)
    for name in ("customer.caller.verified", "customer.note.asked", "points.code.sent", "referrals.invited"):
        assert not only_reads(name)


def test_customers_looked_up_with_nothing_done_for_them_are_an_item(act):
    for customer in range(1, 5):
        act("customer.looked_up", customer, subject="Mobile")
        act("customer.viewed", customer, details={"part": "Overview"})
    assert found() == []
    last = act("customer.viewed", 5)
    [item] = found()
    assert (item.rule, item.about, item.actor_id, item.store_code) == ("lookups", "Asha Verma", 4, "012")
    assert (item.evidence["total"], item.evidence["counts"]["looked"]) == (5, 5)
    assert item.evidence["entries"][-1] == last.pk
    assert (item.begins_at, item.ends_at) == (NOON, NOON)


@pytest.mark.parametrize(
    "done", ["customer.note.asked", "customer.caller.verified", "goodwill.request.asked", "points.code.sent"]
)
def test_something_done_for_a_customer_explains_the_look_up(act, done):
    for customer in range(1, 6):
        act("customer.viewed", customer)
    act(done, 3, minutes=4, subject="GR-10001")
    assert found() == []


def test_a_refused_act_explains_nothing_and_a_reveal_neither(act):
    for customer in range(1, 6):
        act("customer.viewed", customer)
    act("points.redemption.refused", 3, outcome="refused")
    act("customer.revealed", 4, subject="Mobile")
    assert [item.rule for item in found()] == ["lookups"]


def test_numbers_tried_that_find_nobody_count_each_once(act):
    for number in range(5):
        for _again in range(2):
            act("customer.looked_up", outcome="not_done", subject=f"Mobile •••••• 000{min(number, 3)}")
    assert found() == []
    act("customer.looked_up", outcome="not_done", subject="Mobile •••••• 0009")
    [item] = found()
    assert item.evidence["counts"]["nobody"] == 5


def test_look_ups_of_two_days_two_people_or_a_file_are_not_added_up(act):
    for customer in range(1, 5):
        act("customer.viewed", customer)
        act("customer.viewed", customer + 10, days=1)
        act("customer.viewed", customer + 20, by=ROHAN)
        act("customer.viewed", customer + 30, by=FILE)
    assert found() == []


@pytest.mark.parametrize(("apart", "raised"), [(15, True), (16, False)])
def test_look_ups_within_an_hour(act, limits, apart, raised):
    limits(lookups_a_day=0, lookups_an_hour=5)
    for number in range(5):
        act("customer.viewed", number + 1, minutes=number * apart)
    assert bool(found("lookups")) is raised


def test_a_program_is_watched_as_people_are_and_named_with_whoever_answers_for_it(
    act, mark, limits, auditor, administrator, stores
):
    last_day = timezone.localdate()
    key, _text = make_key(
        actor=system_actor("Set-up"),
        user=administrator,
        name="Shop",
        scopes=["customers"],
        last_day=last_day,
        stores=[stores.store_12],
    )
    shop = Actor(user_id=key.service_id, name="Program Shop", role="Program", store_code="012", channel="api")
    limits(hours=hours_of_week("sun 09:00-10:00"))
    for customer in range(7):
        act("customer.viewed", customer + 1, by=shop)
    # As many would be too many for a person; and it has no hours.
    assert found() == []
    act("customer.viewed", 8, by=shop)
    for number in range(3):
        refuse(act, 20 + number, by=shop)
    looked, refused = found()
    assert (looked.rule, refused.rule) == ("lookups", "refusals")
    assert looked.about == "Program Shop (Imran Qureshi answers for it)"
    assert in_words(looked).title.startswith(
        "Program Shop (Imran Qureshi answers for it) looked up 8 customers"
    )
    assert (looked.actor_id, looked.evidence["counts"]["limit_a_day"]) == (key.service_id, 8)
    raised = Entry.objects.filter(action="watch.item.raised").first()
    assert raised.content["details"]["about"] == looked.about
    act("customer.viewed", 9, by=shop)
    assert found("lookups")[0].evidence["behind"] == administrator.pk
    key.service.responsible = auditor
    key.service.save()
    WatchItem.objects.update(evidence=looked.evidence | {"behind": auditor.pk})
    with pytest.raises(Refused, match="You answer for this program"):
        mark(WatchItem.objects.first())


def test_reveals_of_a_day(act):
    for number in range(2):
        act("customer.revealed", 7, subject="Mobile", minutes=number)
    act("customer.revealed", 7, subject="Mobile", outcome="not_done")
    assert found() == []
    act("customer.revealed", 8, subject="E-mail", minutes=9)
    [item] = found()
    assert (item.rule, item.evidence["counts"]) == (
        "reveals",
        {"revealed": 3, "customers": 2, "limit_a_day": 3},
    )


def test_goodwill_for_the_same_few_customers(goodwill_act):
    for number, customer in enumerate((1, 2, 3, 4)):
        goodwill_act(number, customer, reason=number, days=-1)
    goodwill_act(9, 1, reason=9)
    assert found() == []
    goodwill_act(10, 1, reason=10)
    goodwill_act(11, 1, reason=11)
    assert found() == []
    goodwill_act(12, 1, reason=12)
    [item] = found()
    assert (item.rule, item.mark.rpartition("/")[2]) == ("goodwill", "asked-customers")
    assert (item.evidence["counts"]["same"], item.evidence["counts"]["all"]) == (5, 8)
    assert all(Entry.objects.get(pk=one).customer == "1" for one in item.evidence["entries"])


def test_goodwill_for_many_customers_and_fewer_than_are_judged_are_left_alone(goodwill_act):
    for number in range(4):
        goodwill_act(number, 1)
    goodwill_act(1, 1)
    assert found() == []
    for number in range(8):
        goodwill_act(20 + number, 10 + number, by=ROHAN, reason=number)
    assert found() == []


def test_goodwill_for_one_reason_asked_or_approved(goodwill_act):
    for number in range(5):
        goodwill_act(number, number + 1, reason=number)
        goodwill_act(number, number + 1, reason=3, what="approved", by=ROHAN)
        goodwill_act(number, number + 1, reason=3, what="approved", outcome="not_done")
    [item] = found()
    assert (item.about, item.mark.rpartition("/")[2]) == ("Rohan Mehta", "approved-reason")


@pytest.mark.parametrize(
    ("hours", "minutes", "raised"),
    [
        ("wed 09:00-12:00", 0, True),
        ("wed 09:00-12:01", 0, False),
        ("tue 09:00-18:00", 0, True),
        ("mon-fri 09:00-18:00", 0, False),
        ("tue 22:00-13:00", 0, False),
        ("tue 22:00-06:00", 0, True),
        ("", 0, False),
    ],
)
def test_work_outside_working_hours(act, limits, hours, minutes, raised):
    limits(hours=hours_of_week(hours))
    for number in range(3):
        act("customer.viewed", 7, minutes=minutes + number / 10)
    assert bool(found("hours")) is raised


def test_signing_in_and_reading_the_trail_are_no_work(act, limits):
    limits(hours=hours_of_week("sun 09:00-10:00"))
    act("staff.signed_in")
    for number in range(3):
        act("trail.viewed", details={"filters": "everything"}, minutes=number)
        act("customer.viewed", 7, by=FILE)
    act("customer.viewed", 7)
    act("goodwill.rule.saved", subject="a limit")
    assert found() == []
    act("goodwill.rule.saved", subject="a limit", minutes=3)
    assert [item.rule for item in found()] == ["hours"]


def refuse(act, minutes, **more):
    act("staff.refused", outcome="refused", subject="audit:trail", minutes=minutes, **more)


def test_refusals_in_a_row(act):
    refuse(act, 0)
    refuse(act, 10)
    act("customer.viewed", 7, minutes=11)
    assert found() == []
    refuse(act, 25)
    [item] = found()
    assert (item.rule, item.evidence["counts"]["in_a_row"]) == ("refusals", 3)


@pytest.mark.parametrize("between", ["customer.note.asked", None])
def test_something_done_or_a_pause_ends_the_row(act, between):
    refuse(act, 0)
    refuse(act, 1)
    if between:
        act(between, 7, minutes=2)
    refuse(act, 3 if between else 17)
    refuse(act, 4 if between else 18)
    act("customer.glass_asked", 7, outcome="refused", minutes=18.5)
    assert found() == []


NOBODY = Actor(user_id=None, name="Not signed in", role="Nobody")


def wrong(act, email, minutes, action="staff.sign_in_refused"):
    masked = {"email": "a••••@example.com"}
    act(
        action,
        by=NOBODY,
        outcome="refused",
        details=masked,
        identifiers=[("email", email)],
        minutes=minutes,
    )


def test_wrong_sign_ins_of_one_account_are_about_its_person(act, agent):
    wrong(act, agent.email, 0)
    wrong(act, "somebody.else@example.com", 1)
    wrong(act, agent.email, 2)
    assert found() == []
    wrong(act, agent.email.upper(), 3, "staff.locked_out")
    [item] = found()
    assert (item.rule, item.about, item.actor_id) == ("sign_ins", "Asha Verma", agent.pk)
    assert agent.email not in f"{item.evidence}{item.mark}"


def test_wrong_sign_ins_of_an_account_nobody_has_are_told_masked(act):
    for minute in range(3):
        wrong(act, "nobody@example.com", minute)
    [item] = found()
    assert (item.about, item.actor_id) == ("a••••@example.com", None)


@pytest.fixture
def fetch(act):
    """``fetch(OP-number, entries)``: the file of an export is downloaded."""

    def write(number, entries, **more):
        details = {"part": "the file", "kind": "Export", "entries": entries}
        return act("operations.work.downloaded", subject=f"OP-{10000 + number}", details=details, **more)

    return write


def test_an_export_many_times_as_large_as_the_persons_own(fetch):
    for number in range(3):
        fetch(number + 10, 90_000, minutes=number, by=ROHAN)
    for number in range(3):
        fetch(number, 1_000, minutes=number)
    fetch(4, 4_999, minutes=5)
    fetch(14, 90_000, minutes=5, by=ROHAN)
    assert found() == []
    fetch(5, 5_000, minutes=6)
    [item] = found()
    assert (item.rule, item.about, item.evidence["counts"]["usual"]) == ("exports", "Asha Verma", 1_000)
    fetch(5, 5_000, minutes=7)
    assert len(found()) == 1


def test_a_first_export_is_compared_with_those_of_the_house(fetch):
    for number in range(3):
        fetch(number, 1_000, by=ROHAN)
    fetch(9, 20_000, minutes=1)
    assert [item.about for item in found()] == ["Asha Verma"]


def test_small_ones_other_files_and_a_house_without_exports_say_nothing(fetch, act):
    fetch(0, 50_000)
    for number in range(3):
        fetch(number + 1, 10, by=ROHAN)
    fetch(8, 900, by=ROHAN)
    act("operations.work.downloaded", subject="OP-1", details={"part": "the results"})
    assert found() == []


def test_a_very_large_export_needs_no_comparison(fetch, limits):
    limits(export_most=50_000)
    fetch(0, 49_999)
    assert found() == []
    fetch(1, 50_000)
    assert len(found()) == 1


def test_nought_switches_a_rule_off(act, limits, fetch):
    limits(**dict.fromkeys(SMALL, 0))
    for number in range(9):
        act("customer.viewed", number + 1)
        act("customer.revealed", number + 1, subject="Mobile")
        refuse(act, number)
    fetch(0, 10**7)
    assert found() == []


def reveal(act, count, *, start=0, **more):
    return [
        act("customer.revealed", 7, subject="Mobile", minutes=start + number, **more)
        for number in range(count)
    ]


def test_repeated_looks_make_one_item_whose_evidence_grows_and_one_entry(act):
    reveal(act, 3)
    [item] = found()
    assert found() == [item]
    reveal(act, 2, start=10)
    [item] = found()
    assert item.evidence["total"] == 5
    assert item.ends_at == NOON + timedelta(minutes=11)
    raised = Entry.objects.get(action="watch.item.raised")
    assert (raised.actor_role, raised.subject) == ("System", item.number)
    assert raised.content["details"]["person_id"] == 4


def test_of_much_evidence_the_newest_is_kept_and_all_counted(act):
    entries = reveal(act, 203)
    [item] = found()
    assert item.evidence["total"] == 203
    assert item.evidence["entries"] == [one.pk for one in entries[3:]]


@pytest.fixture
def mark(auditor):
    def say(item, note="It was a market day."):
        actor = Actor(user_id=auditor.pk, name=auditor.name, role="Auditor")
        return mark_looked_at(actor=actor, user=auditor, item=item, note=note)

    return say


def test_what_was_looked_at_comes_again_only_for_as_much_new_evidence(act, mark):
    reveal(act, 3)
    [item] = found()
    mark(item)
    reveal(act, 2, start=20)
    assert found() == [item]
    reveal(act, 1, start=30)
    first, second = found()
    assert (first.looked_at is None, second.looked_at) == (False, None)
    assert second.evidence["total"] == 3
    assert not set(first.evidence["entries"]) & set(second.evidence["entries"])
    mark(second)
    reveal(act, 3, start=40)
    assert [one.mark.rpartition("#")[2] for one in found()][1:] == ["2", "3"]


def test_new_evidence_on_another_day_is_another_item(act, mark):
    reveal(act, 3)
    mark(found()[0])
    reveal(act, 3, days=1)
    assert [one.looked_at is None for one in found()] == [False, True]


def test_marking_needs_a_note_the_permission_and_somebody_else(act, mark, auditor, administrator):
    reveal(act, 3, by=Actor(user_id=auditor.pk, name=auditor.name, role="Auditor"))
    reveal(act, 3)
    own, other = sorted(found(), key=lambda one: one.actor_id != auditor.pk)
    with pytest.raises(Refused, match="about you"):
        mark(own)
    with pytest.raises(Refused, match="Only auditors"):
        mark_looked_at(actor=ROHAN, user=administrator, item=other, note="Fine.")
    assert Entry.objects.filter(action="watch.item.not_marked", outcome="refused").count() == 2
    for note in ("", "  ", "x" * 501):
        with pytest.raises(BadInput) as error:
            mark(other, note)
        assert error.value.field == "note"
    mark(other)
    with pytest.raises(Conflict, match="Lena Fischer looked at it already"):
        mark(other)
    kept = WatchItem.objects.get(pk=other.pk)
    assert (kept.looked_by, kept.looked_by_name, kept.note) == (auditor, auditor.name, "It was a market day.")
    entry = Entry.objects.get(action="watch.item.looked_at")
    assert (entry.reason, entry.subject) == ("It was a market day.", kept.number)


def test_an_entry_that_is_committed_late_is_not_passed_over(act, monkeypatch):
    """Its id is lower than the newest the watch has seen."""
    monkeypatch.setattr(looking, "LATE", timedelta(days=100))
    entries = reveal(act, 4)
    mark = WatchMark.objects.get()
    # As the look before saw it: the second one was not there yet.
    mark.seen, mark.low, mark.counted = entries[3].pk, entries[0].pk - 1, 3
    mark.save()
    [item] = found()
    assert item.evidence["total"] == 4
    with CaptureQueriesContext(connection) as asked:
        assert look() == 1  # the item's own entry
        assert look() == 0
    assert len(asked) < 16


def test_what_is_older_than_any_transaction_is_counted_no_more(act):
    entries = reveal(act, 2)
    look()
    mark = WatchMark.objects.get()
    assert (mark.seen, mark.low, mark.counted) == (entries[1].pk, entries[1].pk, 0)


def test_a_house_with_an_old_trail_begins_with_its_last_day(act):
    WatchMark.objects.all().delete()
    reveal(act, 5)
    assert (look(), WatchItem.objects.count()) == (0, 0)
    today = (timezone.localtime() - NOON).total_seconds() / 60
    reveal(act, 3, start=today)
    assert len(found()) == 1


def test_ten_thousand_entries_are_swept_in_bounded_questions(act):
    act("customer.viewed", 1)
    model = Entry.objects.latest("pk")
    people, entries = 40, []
    for number in range(10_000):
        entries.append(
            Entry(
                at=NOON + timedelta(seconds=number),
                action="call.sent" if number % 2 else "customer.viewed",
                call_id=f"C{number}" if number % 2 else "",
                actor_id=100 + number % people,
                actor_name="Somebody",
                actor_role="Agent",
                channel="screen",
                customer="7",
                outcome="done",
                payload=model.payload,
                leaf_hash=model.leaf_hash,
                mac=model.mac,
            )
        )
    Entry.objects.bulk_create(entries, batch_size=500)
    with CaptureQueriesContext(connection) as asked:
        assert look() == 10_001
    # Six pieces of the trail, each with a few questions and one for every 25 people.
    assert len(asked) <= 70
    with CaptureQueriesContext(connection) as asked:
        assert look() == 0
    assert len(asked) <= 6


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_make_one_item(act):
    reveal(act, 3)
    ready = threading.Barrier(2)
    failed = []

    def sweep():
        try:
            ready.wait()
            look()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=sweep) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    assert WatchItem.objects.count() == 1
    assert Entry.objects.filter(action="watch.item.raised").count() == 1


def test_the_watch_does_not_watch_itself(act):
    for _number in range(9):
        act("watch.viewed", by=system_actor("Watch"), details={"filters": "All"})
    assert found() == []


def test_an_entry_whose_bytes_were_altered_does_not_stop_the_watch(goodwill_act, monkeypatch):
    for number in range(5):
        goodwill_act(number, 1)
    monkeypatch.setattr(Entry, "content", property(lambda _entry: {}))
    assert [item.mark.rpartition("/")[2] for item in found()] == ["asked-customers"]


def test_a_persons_day_is_asked_of_the_index_of_actors(act):
    """On SQLite, whose plan does not depend on how many rows there are."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole")
    act("customer.viewed", 7)
    with CaptureQueriesContext(connection) as asked:
        look()
    [day] = [one["sql"] for one in asked if '"actor_id" IN' in one["sql"] and '"action" IN' not in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {day}")
        assert "entry_actor" in str(cursor.fetchall())
