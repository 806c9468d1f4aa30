"""Parts of a page go on under its reference: only with our signature, in the same session, soon, and to read."""

import pytest
from django.core.signing import TimestampSigner
from django.http import HttpResponse
from django.test import RequestFactory

from apps.core.context import current_reference, use_reference
from apps.core.continuing import HEADER, continuation
from apps.core.middleware import ReferenceMiddleware

REFERENCE = "LC-7F3K-92QD-M4XA"


def request_of(session="one", method="get", **headers):
    made = getattr(RequestFactory(), method)("/", headers=headers)
    made.COOKIES["session"] = session
    return made


def seen(request):
    """The reference the page inside works under."""
    return ReferenceMiddleware(lambda _request: HttpResponse(current_reference()))(request).content.decode()


@pytest.fixture
def token():
    with use_reference(REFERENCE):
        return continuation(request_of())


def test_a_part_goes_on_under_the_reference_of_its_page(token):
    assert seen(request_of(**{HEADER: token})) == REFERENCE


@pytest.mark.parametrize("other", [{"session": "two"}, {"session": ""}, {"method": "post"}])
def test_another_session_and_an_act_have_references_of_their_own(token, other):
    assert seen(request_of(**other, **{HEADER: token})) != REFERENCE


@pytest.mark.parametrize("sent", [REFERENCE, f"{REFERENCE}:x:y", "", "nonsense", f"{REFERENCE}\n"])
def test_a_reference_without_our_signature_is_never_believed(sent):
    assert seen(request_of(**{HEADER: sent})) != REFERENCE


def test_a_token_ends_after_ten_minutes(token, monkeypatch):
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 599)
    assert seen(request_of(**{HEADER: token})) == REFERENCE
    monkeypatch.setattr(time, "time", lambda: now + 602)
    assert seen(request_of(**{HEADER: token})) != REFERENCE


def test_our_signature_on_something_else_is_no_reference():
    signed = TimestampSigner(salt="console.continuing:one").sign("anything")
    assert seen(request_of(**{HEADER: signed})).startswith("LC-")


def test_a_stranger_gets_no_token():
    with use_reference(REFERENCE):
        assert continuation(request_of(session="")) == ""
