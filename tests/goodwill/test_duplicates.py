"""Likely duplicates: seen before it is sent, kept with the request, and linked only for who may see them."""

import threading

import pytest
from django.db import connection, connections

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
