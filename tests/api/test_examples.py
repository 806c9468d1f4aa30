"""The examples of docs/api.md are calls the API understands: address, method, headers and body."""

import re
import shlex
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from tests.support.programs import NOT_THERE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
EXAMPLES = re.findall(r"^ {4}(curl .+)$", TEXT, re.MULTILINE)
ROWS = b"customer_id,points,reason\n500000012,10,late-delivery\n"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]


def read(example):
    """(address, headers, JSON body or None, fields or None) of a curl command."""
    words, headers, body, fields = shlex.split(example)[1:], {}, None, {}
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _colon, value = next(rest).partition(":")
            headers[name.lower()] = value.strip()
        elif word == "--json":
            body = next(rest)
        elif word == "-F":
            name, _equals, value = next(rest).partition("=")
            fields[name] = SimpleUploadedFile("rows.csv", ROWS) if value.startswith("@") else value
        else:
            address = word
    return address.removeprefix("https://console.example.com"), headers, body, fields


def test_there_are_examples():
    assert len(EXAMPLES) == 12


def test_each_example_is_understood(program, rules, settings):
    settings.CAPILLARY = settings.CAPILLARY | {"deadline_seconds": 0.1, "connect_timeout_seconds": 0.1}
    key = program(
        "customers",
        "goodwill_ask",
        "goodwill_decide",
        "points_redeem",
        "points_reverse",
        "referrals",
        "operations",
    )
    for example in EXAMPLES:
        address, headers, body, fields = read(example)
        headers["authorization"] = headers["authorization"].replace("$KEY", key.text)
        assert resolve(address.partition("?")[0]).url_name != NOT_THERE, example
        if body is not None:
            answer = Client().post(address, body, content_type="application/json", headers=headers)
        elif fields:
            answer = Client().post(address, fields, headers=headers)
        else:
            answer = Client().get(address, headers=headers)
        # Nobody answers outside, and there is no request 10418; what was sent is understood.
        assert answer.status_code not in {400, 401, 403, 405, 500}, (example, answer.content)
