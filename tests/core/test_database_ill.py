"""A database that takes no writing: what pages say of it, whichever room met it first."""

import pytest
from django.contrib.messages.storage.session import SessionStorage

from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "The console cannot write anything down at the moment."


def test_a_room_that_cannot_write_is_told_as_such_by_page_and_by_fragment(client_as, agent):
    look = {"theme": "dark", "shortcuts": "on"}
    for client in (client_as(agent), client_as(agent, htmx=True)):
        with read_only():
            answer = client.post("/account/preferences/", look)
        assert answer.status_code == 503
        assert SAID in answer.content.decode()


def test_a_session_that_cannot_be_kept_is_no_bad_request(client_as, agent):
    """A message waits in the session: showing it takes it out, which has to be written."""
    client = client_as(agent)
    session = client.session
    session[SessionStorage.session_key] = '[["__json_message",0,20,"Looked up."]]'
    session.save()
    with read_only():
        answer = client.get("/account/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    assert client.get("/account/").status_code == 200
