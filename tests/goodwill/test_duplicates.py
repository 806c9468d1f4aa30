"""Likely duplicates: seen before it is sent, kept with the request, and linked only for who may see them."""

import re
import threading

import pytest
from django.db import connection, connections

from apps.audit.models import Entry
from apps.core.errors import Conflict
from apps.goodwill.models import GoodwillRequest

pytestmark = pytest.mark.django_db(transaction=True)


def between_check_and_reserve(other):
    """Runs `other` in a thread of its own between the check for duplicates and whatever comes next."""
    state = {"checked": False, "done": False}

    def somebody_else():
        try:
            other()
        finally:
            connections.close_all()

    def wrapper(execute, sql, params, many, context):
        if state["checked"] and not state["done"]:
            state["done"] = True
            thread = threading.Thread(target=somebody_else)
            thread.start()
            thread.join()
        answer = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "asked_at" in sql and "goodwill_goodwillrequest" in sql:
            state["checked"] = state["checked"] or '"amount" >=' in sql
        return answer

    return connection.execute_wrapper(wrapper)


def test_who_was_quicker_by_a_moment_is_seen_all_the_same(desk, lead):
    with (
        between_check_and_reserve(lambda: desk.ask(400, user=lead, different_matter=False)),
        pytest.raises(Conflict, match="looks the same"),
    ):
        desk.ask(400, different_matter=False)
    assert GoodwillRequest.objects.get().requester == lead


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def card_of(client, request):
    return client.get(f"/goodwill/approvals/{request.pk}/")


class TestOnTheCard:
    def test_those_only_the_outside_knows_are_shown(self, desk, outside, client_as, lead):
        [theirs] = outside.make_requests(
            count=1, customers=[desk.customer_id], base_type="POINTS", points="500"
        )
        outside.decide(theirs, "approve")
        request = desk.ask(500)
        page = words_of(card_of(client_as(lead), request))
        assert "Likely duplicate." in page
        assert "It was approved. Made outside this console." in page

    def test_where_the_outside_s_list_cannot_be_read_it_says_so(self, desk, outside, client_as, lead):
        request = desk.ask(500)
        outside.add_fault(kind="status", path="*goodwillRequest", status=500)
        page = words_of(card_of(client_as(lead), request))
        assert "could not be read: a duplicate made there would not show" in page
        assert "Approve 500 points" in page

    @pytest.mark.parametrize("said", [True, False])
    def test_it_tells_what_the_requester_said_of_it(self, desk, client_as, lead, said):
        desk.ask(450)
        request = desk.ask(500)
        GoodwillRequest.objects.filter(pk=request.pk).update(different_matter=said)
        page = words_of(card_of(client_as(lead), request))
        assert ("Asha Verma has seen it and says that it is a different matter." in page) is said


def test_what_the_requester_said_of_it_is_kept_with_the_request_and_in_the_trail(desk, client_as, agent):
    plain, different = desk.ask(40, different_matter=False), desk.ask(41)
    assert [one.different_matter for one in (plain, different)] == [False, True]
    entries = Entry.objects.filter(action="goodwill.request.asked").order_by("id")
    assert [one.content["details"]["different_matter"] for one in entries] == [False, True]
    page = words_of(client_as(agent).get(f"/goodwill/requests/{different.pk}/"))
    assert "A different matter, says who asked" in page


class TestOfAnotherStore:
    """Rohan Mehta of Store 12 sees that there is one, and no link that ends in not found."""

    @pytest.fixture
    def theirs(self, desk):
        return desk.ask(500)

    def test_the_form_names_it_without_a_link(self, desk, theirs, client_as, manager):
        data = {"kind": "points", "amount": "500"}
        answer = client_as(manager).post(f"/goodwill/customers/{desk.customer_id}/ask/check/", data)
        assert f"{theirs.number} of another store." in words_of(answer)
        assert f"/goodwill/requests/{theirs.pk}/" not in answer.content.decode()

    def test_the_card_names_it_without_a_link(self, desk, theirs, client_as, manager, stores):
        mine = desk.ask(510)
        GoodwillRequest.objects.filter(pk=mine.pk).update(store=stores.store_12)
        answer = card_of(client_as(manager), mine)
        assert theirs.number in words_of(answer)
        assert f"/goodwill/requests/{theirs.pk}/" not in answer.content.decode()

    def test_who_may_open_it_has_the_link(self, desk, theirs, client_as, lead):
        answer = card_of(client_as(lead), desk.ask(510))
        assert f'href="/goodwill/requests/{theirs.pk}/"' in answer.content.decode()
