"""Addresses in logs: ours stay readable, what somebody typed into one does not."""

import logging

import pytest
from django.test import RequestFactory
from django.urls import resolve

from apps.core.addresses import AddressFilter, address_of


def asked(path, *, known=True):
    request = RequestFactory().get(path)
    request.resolver_match = resolve("/trail/") if known else None
    return request


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/trail/", "/trail"),
        ("/customers/387746388/panels/goodwill/", "/customers/387746388/panels/goodwill"),
        ("/trail/clicks/LC-7F3K-92QD-M4XA/", "/trail/clicks/LC-7F3K-92QD-M4XA"),
        ("/customers/5550004417/", "/customers/…"),
        ("/customers/915550004417/reveal/mobile/", "/customers/…/reveal/mobile"),
        ("/trail/customers/asha@example.com/", "/trail/customers/…"),
        ("/trail/customers/CRM-220319/", "/trail/customers/…"),
    ],
)
def test_an_address_of_ours_keeps_words_and_ids(path, shown):
    assert address_of(asked(path)) == shown


def test_of_an_unknown_address_only_the_first_part_is_told():
    assert address_of(asked("/trail/customers/asha/", known=False)) == "/trail/…/…"
    assert address_of(asked("/5550004417/", known=False)) == "/…"


def test_the_framework_s_own_lines_are_cleaned_too():
    request = asked("/customers/5550004417/", known=False)
    record = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Not Found", request.path), None)
    record.request = request
    assert AddressFilter().filter(record)
    assert record.getMessage() == "Not Found: /customers/…"
    # The formatter writes this too.
    assert record.request == "GET /customers/…"
