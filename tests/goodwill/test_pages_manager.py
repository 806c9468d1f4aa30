"""The manager's pages: queue with filters and pages, evidence, decisions and their outcomes, several, budget."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.goodwill.models import (
    Budget,
    Decision,
    GoodwillRequest,
    LimitRule,
    OutsideAct,
    Reason,
    State,
    Taking,
)
from apps.staff.services import give_role

QUEUE = "/goodwill/approvals/"


def page(request):
    return f"{QUEUE}{request.pk}/"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def row(stores, rules, agent):
    """``row(amount=500)``: a waiting request as a row alone, due in an hour."""
    reason = Reason.objects.get(code="late-delivery")
    made = []

    def make(**values):
        number = len(made)
        due_at = values.pop("due_at", None) or timezone.now() + timedelta(minutes=60 + number)
        name = values.pop("customer_name", f"Customer {number}")
        first = {
            "tag": f"LC#{number}",
            "customer_id": 7_000 + number,
            "kind": "points",
            "amount": Decimal(500),
            "reason": reason,
            "reason_words": reason.title,
            "store": stores.contact_centre,
            "requester": agent,
            "requester_name": agent.name,
            "state": State.WAITING,
            "outside_id": str(90_000 + number),
            "due_at": due_at,
        }
        request = GoodwillRequest(**{**first, **values})
        request.customer_name = name
        request.save()
        made.append(request)
        return request

    return make


@pytest.fixture
def boss(client_as, lead):
    """Mira Kapoor at her browser."""
    return client_as(lead)


def titles(answer):
    return re.findall(r'lc-qitem__t">([^<]+)<', answer.content.decode())


class TestQueue:
    def test_it_lists_what_waits_in_own_stores_oldest_due_first(self, boss, row, stores, other_manager):
        now = timezone.now()
        row(customer_name="Later", due_at=now + timedelta(hours=3))
        row(customer_name="Sooner", due_at=now + timedelta(hours=1))
        row(customer_name="Elsewhere", store=stores.store_07)
        row(customer_name="Decided", state=State.DONE)
        row(customer_name="By policy", by_policy=True)
        assert titles(boss.get(QUEUE)) == ["500 points · Sooner", "500 points · Later"]

    def test_counters_add_up_what_waits(self, boss, row):
        now = timezone.now()
        row(asked_at=now - timedelta(hours=5, minutes=40), due_at=now - timedelta(minutes=20))
        row(due_at=now + timedelta(minutes=10), amount=Decimal(1200))
        row(kind="coupon", amount=Decimal(1))
        words = text_of(boss.get(QUEUE))
        for part in (
            "Waiting 3",
            "Points at stake 1,700",
            "Oldest 5 h 40 min",
            "Late 1",
            "late by 20 min",
            "due in",
        ):
            assert part in words
        assert "Nearly late 1" in words
        assert "Coupons 1" in words

    @pytest.mark.parametrize(
        ("show", "expected"),
        [
            ("late", {"Late"}),
            ("nearly_late", {"Nearly"}),
            ("flagged", {"Watched", "Colleague", "Twin A", "Twin B"}),
            ("coupons", {"Coupon"}),
            ("over_budget", {"Much"}),
        ],
    )
    def test_each_chip_shows_its_own(self, boss, row, stores, lead, show, expected):
        give_role(lead, "store_manager", stores.store_12)
        now = timezone.now()
        Budget.objects.filter(store=stores.contact_centre, kind="points").update(amount=4_000)
        row(customer_name="Late", due_at=now - timedelta(minutes=1))
        row(customer_name="Nearly", due_at=now + timedelta(minutes=20))
        row(customer_name="Watched", why=[{"rule": "fraud", "words": "A mark."}])
        row(customer_name="Colleague", store=stores.store_07, needs_other_store=True)
        row(customer_name="Twin A", customer_id=5, amount=Decimal(500))
        row(customer_name="Twin B", customer_id=5, amount=Decimal(600))
        row(customer_name="Not a twin", customer_id=6, amount=Decimal(500))
        row(customer_name="Not near", customer_id=6, amount=Decimal(900))
        row(customer_name="Coupon", kind="coupon", amount=Decimal(1))
        row(customer_name="Much", amount=Decimal(4_500))
        answer = boss.get(QUEUE, {"show": show})
        assert {title.partition(" · ")[2] for title in titles(answer)} == expected
        shown = re.search(r'aria-current="true">\s*[^<]+<b>(\d+)</b>', answer.content.decode())
        assert int(shown[1]) == len(expected)

    def test_marks_say_what_is_special(self, boss, row, stores):
        why = [{"rule": "over_day", "words": "x"}, {"rule": "fraud", "words": "y"}]
        row(customer_id=5, why=why, approvals_needed=2, escalated_at=timezone.now())
        row(customer_id=5, origin="elsewhere", requester=None, requester_name="", origin_words="till.cc.01")
        words = text_of(boss.get(QUEUE))
        for mark in ("Over own limit", "Watch mark", "Two people decide", "Escalated", "Made elsewhere"):
            assert words.count(mark) == 1
        assert words.count("Likely duplicate") == 2
        assert "till.cc.01" in words

    def test_filters_stand_in_the_address_and_come_off_one_by_one(self, boss, row, stores):
        row(customer_name="Mine")
        row(
            customer_name="Theirs",
            origin="elsewhere",
            requester=None,
            requester_name="",
            origin_words="till.cc.01",
        )
        answer = boss.get(
            QUEUE, {"origin": "elsewhere", "by": "till", "store": str(stores.contact_centre.pk)}
        )
        assert titles(answer) == ["500 points · Theirs"]
        body = answer.content.decode()
        assert "Remove Made in: Elsewhere" in body
        assert f'href="{QUEUE}?store={stores.contact_centre.pk}&amp;by=till"' in body

    @pytest.mark.parametrize(
        "nonsense", ["show=x", "store=abc", "reason=1e9", "after=yesterday~1", "before=~", "by=%00"]
    )
    def test_nonsense_in_the_address_is_left_out(self, boss, row, nonsense):
        row()
        assert boss.get(f"{QUEUE}?{nonsense}").status_code == 200

    def test_pages_go_on_where_the_last_ended(self, boss, row):
        due_at = timezone.now() + timedelta(hours=1)
        for _number in range(120):
            row(due_at=due_at)
        seen, address = [], QUEUE
        while address:
            body = boss.get(address).content.decode()
            seen += re.findall(r'id="queue-(\d+)"', body)
            found = re.search(r'href="([^"]+)" rel="next"', body)
            address = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == 120
        sooner = re.search(r'href="([^"]+)" rel="prev"', body)[1].replace("&amp;", "&")
        assert re.findall(r'id="queue-(\d+)"', boss.get(sooner).content.decode()) == seen[50:100]

    def test_an_escalated_request_is_in_the_deputy_s_queue(self, client_as, row, stores, other_manager):
        row(customer_name="Handed on", escalated_at=timezone.now(), escalated_to=stores.store_07)
        assert titles(client_as(other_manager).get(QUEUE)) == ["500 points · Handed on"]

    def test_what_is_not_credited_or_not_known_stands_beside_it(self, boss, row):
        row(
            customer_name="Red",
            state=State.NOT_CREDITED,
            decided_at=timezone.now(),
            causes=["fraud", "silent"],
        )
        lost = row(customer_name="Lost", state=State.DECIDING)
        OutsideAct.objects.create(request=lost, kind="approve", state="unknown")
        words = text_of(boss.get(QUEUE))
        assert "Approved and not credited" in words
        assert "The customer has a fraud mark: credits may be held back." in words
        assert "500 points · Lost" in words
        assert titles(boss.get(QUEUE, {"show": "not_credited"})) == ["500 points · Red"]
        assert titles(boss.get(QUEUE, {"show": "unknown"})) == ["500 points · Lost"]

    def test_an_empty_queue_says_why(self, boss, rules):
        assert "Nothing waits for you." in text_of(boss.get(QUEUE))
        assert "No request fits these filters." in text_of(boss.get(QUEUE, {"show": "coupons"}))

    def test_the_page_costs_the_same_for_many(self, boss, row, django_assert_num_queries):
        row()
        with django_assert_num_queries(QUERIES_OF_THE_QUEUE):
            boss.get(QUEUE)
        for _number in range(40):
            row()
        with django_assert_num_queries(QUERIES_OF_THE_QUEUE):
            boss.get(QUEUE)

    def test_the_navigation_counts_what_waits(self, boss, row):
        row()
        row()
        items = {one.label: one for one in boss.get("/account/").context["navigation"]}
        assert (items["Approvals"].count, items["Approvals"].tone) == (2, "warn")

    def test_htmx_gets_the_queue_without_its_frame(self, client_as, lead, row):
        row()
        body = client_as(lead, htmx=True).get(QUEUE).content.decode()
        assert "<html" not in body
        assert 'id="queue"' in body


QUERIES_OF_THE_QUEUE = 14
pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
class TestEvidence:
    def test_it_tells_everything_in_order(self, boss, desk):
        desk.ask(450, bill="INV-20233")
        request = desk.ask(500, comment="Order 88213 came late.", bill="INV-20233")
        words = text_of(boss.get(page(request))).partition("Due later")[0]
        words = words[words.index("oldest due first.") :]
        parts = [
            "500 points for",
            "Order 88213 came late.",
            "INV-20233",
            "Not verified",
            "Available now",
            "After approval",
            "Likely duplicate",
            "Why it is here",
            "Over the requester",
            "Changed since it was asked",
            "Nothing has changed",
            "12 months",
            "Record of Asha Verma, 90 days",
            "Approve 500 points",
        ]
        places = [words.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)

    def test_a_balance_that_moved_is_shown_as_a_change(self, boss, desk):
        request = desk.ask(500)
        request.snapshot["facts"]["balance"] = "-1"
        request.save()
        assert "The balance rose by" in text_of(boss.get(page(request)))

    def test_without_the_outside_approving_is_off_and_says_why(self, boss, desk, outside):
        request = desk.ask(500)
        outside.add_fault(kind="status", status=500, path="/v2/customers/*")
        answer = boss.get(page(request))
        words = text_of(answer)
        assert "Balance and changes could not be loaded." in words
        assert "Approving is off until the evidence could be read." in words
        assert "approve-dialog" not in answer.content.decode()
        assert "reject-dialog" in answer.content.decode()
        outside.clear()
        again = boss.get(page(request), headers={"HX-Request": "true", "HX-Target": "request-facts"})
        assert again["HX-Retarget"] == "#request"
        assert "approve-dialog" in again.content.decode()

    def test_the_year_counts_all_sources(self, boss, desk, outside):
        def in_the_year():
            answer = boss.get(f"{page(request)}year/", headers={"HX-Request": "true"}).content.decode()
            assert 'role="img"' in answer
            said = re.search(r'aria-label="Goodwill points per month: ([^"]*)"', answer)
            return (
                sum(int(one.replace(",", "")) for one in re.findall(r"[0-9][0-9,]*", said[1])) if said else 0
            )

        request = desk.ask(500)
        before = in_the_year()
        [made] = outside.make_requests(1, customers=[desk.customer_id], points="700", tills=["till.saket.01"])
        told = outside.decide(made, "approve")
        assert told.ok, told.text
        assert in_the_year() - before == 700, outside.goodwill(id=made)

    def test_the_year_fails_alone(self, boss, desk, outside):
        request = desk.ask(500)
        outside.add_fault(kind="status", status=500, path="/v2/customers/*/goodwillRequest")
        answer = boss.get(f"{page(request)}year/")
        assert answer.status_code == 200
        assert "12 months could not be loaded." in text_of(answer)

    def test_one_s_own_request_can_be_opened_and_not_decided(self, client_as, desk, lead):
        request = desk.ask(700, user=lead)
        client = client_as(lead)
        assert "Nobody decides on their own request." in text_of(client.get(page(request)))
        answer = client.post(f"{page(request)}approve/", {"amount": "700", "shown": "700", "seen": ""})
        assert answer.status_code == 403
        assert GoodwillRequest.objects.get(pk=request.pk).state == State.WAITING

    def test_another_store_s_request_is_not_found(self, client_as, desk, other_manager):
        request = desk.ask(500)
        client = client_as(other_manager)
        assert client.get(page(request)).status_code == 404
        assert client.post(f"{page(request)}reject/", {"reason": "No."}).status_code == 404

    def test_a_number_no_request_can_have_is_not_found(self, boss, rules):
        assert boss.get(f"{QUEUE}{'9' * 30}/").status_code == 404

    def test_a_decision_made_elsewhere_is_told(self, boss, desk, outside):
        request = desk.ask(500)
        outside.decide(request.outside_id, "reject")
        words = text_of(boss.get(page(request)))
        assert "was already rejected outside the console" in words
        assert "Approve 500 points" not in words

    def test_the_page_costs_a_fixed_number_of_queries(self, boss, desk, django_assert_max_num_queries):
        request = desk.ask(500)
        for _number in range(3):
            desk.ask(510)
        with django_assert_max_num_queries(QUERIES_OF_THE_CARD):
            boss.get(page(request))


QUERIES_OF_THE_CARD = 60


def approve(client, request, **more):
    """Open the evidence, then press approve as the form offers it."""
    form = client.get(f"{page(request)}approve/").context["form"]
    data = {**form.initial, **more}
    if "amount" in more and "shown" not in more:
        data["shown"] = more["amount"]
    return client.post(f"{page(request)}approve/", data)


@pytest.mark.django_db(transaction=True)
class TestDecisions:
    def test_approving_gives_it_and_goes_to_the_next(self, boss, desk, several):
        first, second = (desk.ask(500, customer_id=one) for one in several(2))
        answer = approve(boss, first, reason="Agreed.")
        assert answer["Location"] == f"{page(second)}#request-title"
        first.refresh_from_db()
        assert first.state in {State.APPROVED, State.DONE}
        assert Decision.objects.get(request=first).reason == "Agreed."
        assert "500 points approved for" in text_of(boss.get(page(second)))

    def test_a_note_with_the_number_of_a_payment_card_approves_nothing(self, boss, desk):
        request = desk.ask(500)
        answer = approve(boss, request, reason="Card 4111 1111 1111 1111")
        assert answer.status_code == 422
        assert "This holds the number of a payment card." in text_of(answer)
        assert not Decision.objects.filter(request=request).exists()

    def test_a_smaller_amount_is_shown_again_before_anything_moves(self, boss, desk):
        request = desk.ask(500)
        again = approve(boss, request, amount="300", shown="500")
        assert again.status_code == 422
        assert "Approve 300 points" in text_of(again)
        assert not Decision.objects.filter(request=request).exists()
        approve(boss, request, amount="300")
        request.refresh_from_db()
        assert request.approved_amount == 300

    @pytest.mark.parametrize(
        ("amount", "words"), [("0", "above 0"), ("501", "At most the 500"), ("ten", "whole number")]
    )
    def test_an_amount_that_cannot_be_stays_in_the_form(self, boss, desk, amount, words):
        request = desk.ask(500)
        answer = approve(boss, request, amount=amount)
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert 'aria-invalid="true"' in answer.content.decode()
        assert "Approve 500 points" not in text_of(answer)
        assert 'data-amount-named="yes" hidden' in answer.content.decode()

    def test_a_change_since_it_was_seen_needs_a_second_look(self, boss, desk, outside):
        request = desk.ask(500)
        request.snapshot["facts"]["balance"] = "-1"
        request.save()
        answer = approve(boss, request, seen="0" * 32)
        assert answer.status_code == 409
        words = text_of(answer)
        assert "Something has changed since you looked at this request." in words
        assert "The balance rose by" in words
        seen = answer.context["form"].initial["seen"]
        approve(boss, request, seen=seen)
        request.refresh_from_db()
        assert request.is_given

    def test_over_one_s_authority_names_who_can(self, client_as, desk, lead, second_lead):
        LimitRule.objects.create(user=lead, purpose="decide", kind="points", per_request=200)
        request = desk.ask(500)
        words = text_of(client_as(lead).get(page(request)))
        assert "You may approve 200 of the 500 points asked for." in words
        assert "Jonas Weber may approve all of it." in words
        assert "Approve a part" in words
        assert "Approve 200 points" not in words
        form = client_as(lead).get(f"{page(request)}approve/").context["form"]
        assert (form.initial["amount"], form.initial["shown"]) == ("", "")
        empty = approve(client_as(lead), request)
        assert empty.status_code == 422
        assert "Write how many points you approve." in text_of(empty)
        answer = approve(client_as(lead), request, amount="500")
        assert answer.status_code == 403
        assert "Jonas Weber" in text_of(answer)

    def test_two_people_decide_above_the_threshold(self, boss, client_as, desk, second_lead):
        request = desk.ask(2_500)
        assert "Two people decide on this amount." in text_of(boss.get(page(request)))
        approve(boss, request, amount="2400")
        request.refresh_from_db()
        assert request.state == State.WAITING
        told = text_of(boss.get(QUEUE))
        assert "Your approval of 2,400 of 2,500 points for " in told
        assert "recorded as the first of two" in told
        other = client_as(second_lead)
        words = text_of(other.get(page(request)))
        assert "Mira Kapoor approved 2,400 points first." in words
        assert "Approve 2,400 points" in words
        approve(other, request)
        request.refresh_from_db()
        assert request.is_given

    def test_an_approval_without_an_answer_is_not_known_yet(self, boss, desk, outside):
        request = desk.ask(500)
        outside.add_fault(kind="drop_after", path="/v1.1/request/approve", method="POST", count=1)
        answer = approve(boss, request)
        assert answer["Location"] == page(request)
        words = text_of(boss.get(page(request)))
        assert "Not known yet." in words
        assert "Do not repeat it." in words

    def test_a_refusal_of_the_outside_is_told_with_its_code(self, boss, desk, outside):
        request = desk.ask(500)
        outside.add_fault(kind="drop_before", path="/v1.1/request/approve", method="POST", count=1)
        answer = approve(boss, request)
        request.refresh_from_db()
        assert request.state in {State.WAITING, State.DECIDING}
        assert answer.status_code in {302, 409}

    def test_rejecting_needs_a_reason(self, boss, desk):
        request = desk.ask(500)
        answer = boss.post(f"{page(request)}reject/", {"reason": "  "})
        assert answer.status_code == 422
        assert "Say why you reject it." in text_of(answer)
        answer = boss.post(f"{page(request)}reject/", {"reason": "Not ours."})
        assert answer["Location"] == QUEUE
        request.refresh_from_db()
        assert request.state == State.REJECTED

    def test_sending_back_keeps_the_question(self, boss, desk):
        request = desk.ask(500)
        boss.post(f"{page(request)}send-back/", {"reason": "Which order?"})
        request.refresh_from_db()
        assert request.state == State.SENT_BACK
        assert Decision.objects.get(request=request).reason == "Which order?"

    def test_the_filters_stay_after_a_decision(self, boss, desk, several):
        first, second = (desk.ask(500, customer_id=one) for one in several(2))
        answer = boss.post(f"{page(first)}send-back/?origin=console", {"reason": "Which order?"})
        assert answer["Location"] == f"{page(second)}?origin=console#request-title"

    def test_htmx_moves_the_whole_page_and_keeps_errors_in_the_dialog(self, client_as, lead, desk):
        request = desk.ask(500)
        client = client_as(lead, htmx=True)
        wrong = client.post(f"{page(request)}reject/", {"reason": ""})
        assert wrong.status_code == 422
        assert "<html" not in wrong.content.decode()
        assert client.post(f"{page(request)}reject/", {"reason": "No."})["HX-Redirect"] == QUEUE


@pytest.mark.django_db(transaction=True)
class TestSeveral:
    def test_each_has_its_own_result(self, boss, desk, outside, several):
        asked = [desk.ask(400, customer_id=one) for one in several(4)]
        outside.decide(asked[0].outside_id, "reject")
        asked[1].snapshot["facts"]["balance"] = "-1"
        asked[1].save()
        chosen = [str(one.pk) for one in asked]
        shown = text_of(boss.get(f"{QUEUE}several/", {"chosen": chosen}))
        assert "Approve 4 requests" in shown
        assert "1,600 points in all" in shown
        words = text_of(boss.post(f"{QUEUE}several/", {"chosen": chosen}))
        assert "2 of 4 approved." in words
        assert "already rejected outside the console" in words
        assert "Something has changed since it was asked." in words
        states = [GoodwillRequest.objects.get(pk=one.pk).state for one in asked]
        assert states[:2] == [State.REJECTED, State.WAITING]
        assert set(states[2:]) <= {State.APPROVED, State.DONE}

    def test_what_is_not_theirs_is_left_out(self, client_as, desk, other_manager):
        request = desk.ask(400)
        answer = client_as(other_manager).post(f"{QUEUE}several/", {"chosen": [str(request.pk)]})
        assert "0 of 1 approved." in text_of(answer)
        assert GoodwillRequest.objects.get(pk=request.pk).state == State.WAITING

    def test_nothing_chosen_leads_back(self, boss, rules):
        assert boss.get(f"{QUEUE}several/")["Location"] == f"{QUEUE}?select=1"


class TestBudget:
    def test_it_shows_what_is_used_by_reason_and_person(self, boss, row, stores):
        given = row(state=State.DONE, approved_amount=Decimal(700))
        Taking.objects.create(
            request=given, account="store", store=stores.contact_centre, kind="points", amount=Decimal(700)
        )
        words = text_of(boss.get("/goodwill/budget/"))
        assert "24,300 left" in words
        assert "700 of 25,000 used, 2 %" in words
        assert "Late delivery 1 700" in words
        assert "Asha Verma 1 700" in words

    def test_beyond_the_budget_is_red(self, boss, row, stores):
        given = row(state=State.DONE)
        Taking.objects.create(
            request=given, account="store", store=stores.contact_centre, kind="points", amount=Decimal(26_000)
        )
        assert "Over budget" in text_of(boss.get("/goodwill/budget/"))

    def test_a_store_without_a_budget_says_so(self, boss, rules, stores):
        Budget.objects.filter(store=stores.contact_centre).delete()
        assert "No budget is kept." in text_of(boss.get("/goodwill/budget/"))

    def test_its_cost_is_pinned(self, boss, row, stores, django_assert_num_queries):
        boss.get("/goodwill/budget/")
        with django_assert_num_queries(9):
            boss.get("/goodwill/budget/")
