"""The points statement: it adds up, in every programme, in bounded calls, and says so when it does not."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from apps.audit.models import Entry
from apps.audit.narrative import sentence
from apps.capillary.types_ledger import ClosingBalance, LedgerBalance, LedgerEntry, LedgerPart
from apps.points.panels.asked_statement import AskedStatement
from apps.points.panels.event_words import event_words
from apps.points.panels.reading_back import MOST_CALLS, ReadBack
from apps.points.panels.statement import build
from tests.points.panel_help import address, make_nameless, rows, text, words, write_events

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
START = NOW - timedelta(days=90)
READ_QUERIES = 5
INFO, BALANCE = "/v2/pointsLedger/getCustomerLedgerInfo", "/v2/pointsLedger/getCustomerLedgerBalance"


def part(points, programme="101", category="Main", name="Maple Rewards"):
    return LedgerPart("CREDIT" if points > 0 else "DEBIT", Decimal(points), category, programme, name)


def event(name, *parts, days=1, net=None):
    return LedgerEntry(
        id=f"{name}{days}",
        at=NOW - timedelta(days=days),
        event=name,
        points=Decimal(net) if net is not None else sum((one.points for one in parts), Decimal(0)),
        parts=parts,
        program_id="",
        store_name="Store 12",
        store_code="012",
        till_code="till.12",
        transaction_id="",
        transaction_number="",
    )


def balance(*told):
    rows = (ClosingBalance(Decimal(points), "Main", programme, name) for programme, name, points in told)
    return LedgerBalance(tuple(rows), "7")


def read(*events, opening=None, closing=None, since=START):
    return ReadBack(events, since, NOW, START, opening=opening, closing=closing)


MAPLE = ("101", "Maple Rewards")
EVENTS = (
    event("TransactionAdd", part(300), days=80),
    event("PointsRedemption", part(-120), days=60),
    event("DelayedAccrual", part(50, category="DelayedAccrualPointCategory"), days=50),
    event("PointsExpiry", part(-30), days=40),
)


def test_opening_credits_debits_and_expiry_come_to_the_balance_that_is_told():
    made = build(read(*EVENTS, opening=balance((*MAPLE, 1000)), closing=balance((*MAPLE, 1150))))
    [(sums, verdict)] = made.sums
    assert (sums.opening, sums.credits, sums.debits, sums.expired, sums.closing) == (1000, 300, 120, 30, 1150)
    assert verdict.word == "Adds up"
    told = [(line.credit, line.debit, line.expired, line.promised, line.balance) for line in made.lines]
    assert told == [
        (None, None, 30, None, 1150),
        (None, None, None, 50, 1180),
        (None, 120, None, None, 1180),
        (300, None, None, None, 1300),
    ]


@pytest.mark.parametrize(("told", "by"), [(1170, "20 more"), (1149, "1 less")])
def test_a_statement_that_does_not_add_up_says_by_how_much(told, by):
    made = build(read(*EVENTS, opening=balance((*MAPLE, 1000)), closing=balance((*MAPLE, told))))
    [(_sums, verdict)] = made.sums
    assert verdict.word == "Does not add up"
    assert "come to 1,150 points" in verdict.sentence
    assert by in verdict.sentence


@pytest.mark.parametrize(
    ("opening", "closing", "first"),
    [(None, balance((*MAPLE, 1150)), 1000), (balance((*MAPLE, 1000)), None, 1000), (None, None, None)],
)
def test_without_both_balances_nothing_is_claimed_to_add_up(opening, closing, first):
    made = build(read(*EVENTS, opening=opening, closing=closing))
    [(sums, verdict)] = made.sums
    assert (sums.opening, verdict.word) == (first, "Not checked")
    assert (made.lines[0].balance is None) == (first is None)
    assert len(made.charts) == (0 if first is None else 1)


def test_each_programme_has_its_own_running_balance_and_choice():
    both = event("TransactionAdd", part(10), part(7, "102", name="Thread Circle"), days=3)
    other = event("PointsRedemption", part(-5, "102", name="Thread Circle"), days=2)
    circle = ("102", "Thread Circle")
    opening, closing = balance((*MAPLE, 100), (*circle, 0)), balance((*MAPLE, 110), (*circle, 2))
    made = build(read(both, other, opening=opening, closing=closing))
    assert [(line.programme, line.balance) for line in made.lines] == [
        ("Thread Circle", 2),
        ("Thread Circle", 7),
        ("Maple Rewards", 110),
    ]
    assert {verdict.word for _sums, verdict in made.sums} == {"Adds up"}
    one = build(read(both, other, opening=opening, closing=closing), programme="102")
    assert [line.programme for line in one.lines] == ["Thread Circle"] * 2
    assert (len(one.sums), len(one.charts), one.several) == (1, 1, False)


@pytest.mark.parametrize(("show", "count"), [("credits", 1), ("debits", 1), ("expiries", 1), ("", 4)])
def test_one_kind_is_shown_while_the_sums_stay_whole(show, count):
    made = build(read(*EVENTS, opening=balance((*MAPLE, 1000)), closing=balance((*MAPLE, 1150))), show=show)
    assert len(made.lines) == count
    assert made.sums[0][0].closing == 1150
    assert made.summary.startswith("4 events" if not show else "1 of 4 events")


def test_parts_that_are_rounded_yield_to_the_net_of_the_event():
    sample = event("TransactionAdd", part(300), part(137), net="437.080")
    [(sums, verdict)] = build(
        read(sample, opening=balance((*MAPLE, 0)), closing=balance((*MAPLE, "437.080")))
    ).sums
    assert (sums.credits, verdict.word) == (Decimal("437.080"), "Adds up")


def test_events_without_parts_or_a_time_keep_their_place():
    bare = event("Unheard_OfThing", days=5, net=-4)
    undated = LedgerEntry(
        **{name: getattr(bare, name) for name in LedgerEntry.__slots__} | {"at": None, "id": "x"}
    )
    last = event("TransactionAdd", part(9), days=1)
    made = build(read(bare, undated, last, opening=balance((*MAPLE, 10)), closing=balance((*MAPLE, 11))))
    assert [line.balance for line in made.lines] == [11, 2, 6]
    assert made.lines[1].words == "Unheard of thing"


def test_the_account_and_the_ledger_are_compared():
    from apps.capillary.types_points import PointsBalance

    empty = dict.fromkeys(
        name for name in PointsBalance.__dataclass_fields__ if name not in {"partner_programs", "raw"}
    )
    account = PointsBalance(**{**empty, "program_id": "101", "available": Decimal(1100)})
    both = {"opening": balance((*MAPLE, 1000)), "closing": balance((*MAPLE, 1150))}
    [(_sums, verdict)] = build(read(*EVENTS, **both), available=(account,)).sums
    assert (verdict.word, "1,100 are available" in verdict.sentence) == ("Account differs", True)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("TransactionAdd", "Purchase"),
        ("POINTS_REDEMPTION", "Points redeemed"),
        ("PointsRedemptionReversal", "Redemption reversed"),
        ("PointsExpiry", "Points expired"),
        ("GoodwillPoints", "Goodwill"),
        ("BirthdaySurprise", "Birthday surprise"),
        ("", "Not told what it was"),
    ],
)
def test_events_are_told_in_words(told, said):
    assert event_words(told)[0] == said


def test_the_chart_says_in_a_sentence_what_it_draws():
    made = build(read(*EVENTS, opening=balance((*MAPLE, 1000)), closing=balance((*MAPLE, 1150))))
    [chart] = made.charts
    assert chart.sentence == (
        "Balance of Maple Rewards from 22 Aug 2026 to 20 Nov 2026: 1,000 points at first, lowest 1,000 on "
        "22 Aug 2026, highest 1,300 on 1 Sep 2026, 1,150 points at last."
    )
    assert chart.line == "M0 23.1H111V0.0H333V9.2H444V9.2H555V11.5H1000"
    assert (chart.top, chart.bottom) == (1300, 0)


def test_the_sums_of_a_real_year_are_those_of_the_outside(client_as, agent, outside):
    person = outside.characters["everything"]["id"]
    html = text(client_as(agent, htmx=True).get(address("statement", person, "?period=365")))
    told = outside.get(
        BALANCE,
        identifierName="mobile",
        identifierValue=outside.identifier("everything", "mobile"),
        source="INSTORE",
    ).json()["ledgerDetails"]["ledgerClosingBalance"]
    main = {
        row["programName"]: Decimal(row["closingBalance"]) for row in told if row["pointsCategory"] == "Main"
    }
    sums = rows(html, "Programme")
    assert len(sums) == 3
    for row in sums:
        *_start, closing, check = row.values()
        assert check == "Adds up"
        assert Decimal(closing.replace(",", "")) == main[row["Programme"]]
    assert "style=" not in html
    assert 'role="img"' in html


def test_a_customer_of_wechat_alone_has_a_statement(client_as, agent, outside):
    person = outside.characters["wechat_both"]["id"]
    html = text(client_as(agent, htmx=True).get(address("statement", person, "?period=365")))
    assert "Points statement" in html
    assert "could not be" not in html
    [asked] = {request["query"].partition("&startDate")[0] for request in outside.requests(path=INFO)}
    assert "source=WECHAT" in asked


def test_without_anything_to_find_the_ledger_by_there_is_a_sentence(client_as, agent, outside, customer_id):
    make_nameless(outside, customer_id)
    html = text(client_as(agent, htmx=True).get(address("statement", customer_id)))
    assert "Capillary finds a ledger by mobile, e-mail, external id or card" in html
    assert outside.requests(path=INFO) == []


@pytest.mark.parametrize(("offset", "count"), [("page", 1000), ("row", 450)])
def test_a_thousand_events_are_read_in_parts_that_add_up_and_tell_nothing_twice(
    client_as, agent, outside, several, offset, count
):
    [person] = several(1)
    outside.switch(ledger_offset=offset)
    now = timezone.now()
    write_events(
        outside,
        person,
        [(now - timedelta(minutes=30 * one), 1000 + one, "ADJUSTED") for one in range(1, count + 1)],
    )
    desk, query, told = client_as(agent, htmx=True), "?period=30", []
    for _click in range(6):
        outside.reset()
        outside.switch(ledger_offset=offset)
        html = text(desk.get(address("statement", person, query)))
        assert len(outside.requests(path=INFO)) <= MOST_CALLS
        assert [row["Check"] for row in rows(html, "Programme")] == ["Adds up"] * len(rows(html, "Programme"))
        told += [row["Credit"] for row in rows(html, "What") if row["What"] == "Adjusted by hand"]
        going_on = re.search(r'href="(\?period=30&amp;until=\d+)"[^>]*>Read on', html)
        if going_on is None:
            break
        assert "Not read to the end" in html
        query = going_on[1].replace("&amp;", "&")
    assert going_on is None
    written = {f"+{Decimal(1000 + one) / 1000:f}".rstrip("0").rstrip(".") for one in range(1, count + 1)}
    assert written <= set(told)
    assert len(told) == len(set(told)) + sum(told.count(one) - 1 for one in set(told) if one not in written)


def test_a_moment_too_full_to_be_read_is_said_and_can_be_passed(client_as, agent, outside, several):
    [person] = several(1)
    moment = (timezone.now() - timedelta(days=3)).replace(microsecond=0)
    write_events(outside, person, [(moment, 1000, "ADJUSTED")] * 600)
    html = text(client_as(agent, htmx=True).get(address("statement", person, "?period=30")))
    assert len(outside.requests(path=INFO)) <= MOST_CALLS
    older = re.search(r'href="(\?period=30&amp;until=\d+)"[^>]*>Read on', html)[1].replace("&amp;", "&")
    full = text(client_as(agent, htmx=True).get(address("statement", person, older)))
    assert "there are more events than can be read here" in words(full)
    past = re.search(r'href="(\?period=30&amp;until=\d+)"[^>]*>Read on', full)[1].replace("&amp;", "&")
    assert "there are more events" not in words(
        text(client_as(agent, htmx=True).get(address("statement", person, past)))
    )


def test_a_page_that_cannot_be_read_fails_the_panel_alone_and_is_tried_again(client_as, agent, outside):
    person = outside.characters["everything"]["id"]
    outside.add_fault(kind="status", status=500, path=INFO)
    html = text(client_as(agent, htmx=True).get(address("statement", person, "?period=30&show=debits")))
    assert "Points statement could not be loaded." in words(html)
    assert "show=debits" in html
    assert "Retry" in html


def test_an_account_merged_into_another_says_where_to_look(client_as, agent, outside):
    html = text(client_as(agent, htmx=True).get(address("statement", outside.characters["merged"]["id"])))
    assert "merged" in words(html)
    assert "no answer" not in words(html)
    assert outside.requests(path=INFO) == []


def test_a_balance_that_cannot_be_read_leaves_the_events_unchecked(client_as, agent, outside):
    outside.add_fault(kind="status", status=500, path=BALANCE)
    person = outside.characters["everything"]["id"]
    html = text(client_as(agent, htmx=True).get(address("statement", person, "?period=365")))
    assert "Not checked" in html
    assert "Adds up" not in html
    assert len(rows(html, "What")) > 5


def test_nonsense_in_the_address_is_the_usual_statement(subtests):
    for query in (
        {"period": "x"},
        {"until": "99"},
        {"until": "٣٣٣٣٣٣٣٣٣٣"},
        {"show": "all"},
        {"programme": "9" * 99},
    ):
        with subtests.test(str(query)):
            asked = AskedStatement.read(query)
            assert (asked.period, asked.until, asked.show, len(asked.programme) < 21) == ("90", "", "", True)
    since, until = AskedStatement.read({"until": "9999999999"}).times()
    assert until - since == timedelta(days=90)


def test_the_panel_is_a_page_of_its_own_and_an_entry(client_as, agent, outside):
    html = text(client_as(agent).get(address("statement", outside.characters["everything"]["id"])))
    assert "<h1>Points statement</h1>" in html
    viewed = Entry.objects.get(action="customer.viewed")
    assert "opened Points statement of customer" in strip_tags(sentence(viewed))


def test_the_panel_costs_the_same_queries_for_any_number_of_events(client_as, agent, outside):
    """Without the calls themselves: a repeated one or a sign-in anew writes its own entries."""
    desk = client_as(agent, htmx=True)
    for person in (outside.characters["everything"]["id"], outside.characters["friend_joined"]["id"]):
        desk.get(address("statement", person))
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address("statement", person)).status_code == 200
        reads = [one["sql"][:160] for one in captured if one["sql"].startswith("SELECT")]
        assert len(reads) == READ_QUERIES, "\n".join(reads)
