"""Bytes and hashes: one value has one form, and known answers hold."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import hashing
from apps.audit.canonical import canonical, plain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


def test_known_bytes():
    value = {"b": [1, True, None], "a": "Ünïcode •", "é": {"z": "\u0001", "y": ""}}
    assert canonical(value) == '{"a":"Ünïcode •","b":[1,true,null],"é":{"y":"","z":"\\u0001"}}'.encode()


def test_half_a_surrogate_pair_stays_an_escape():
    assert canonical(json.loads('"\\ud800"')) == b'"\\ud800"'


@given(JSON)
def test_bytes_are_json_and_read_back_as_the_same_value(value):
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
def test_order_of_keys_does_not_matter(value):
    assert canonical(value) == canonical(dict(reversed(value.items())))


def test_what_json_does_not_know_becomes_text():
    given = {
        "a": Decimal("12.50"),
        "b": datetime(2026, 11, 23, 6, 9, 7, 120000, UTC),
        "c": float("nan"),
        4: (1, 2),
    }
    assert plain(given) == {"a": "12.50", "b": "2026-11-23T06:09:07.120000Z", "c": "nan", "4": [1, 2]}


def test_what_is_too_deep_is_cut_and_still_written():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert canonical(plain(deep)).count(b"[") == 24


def test_leaf_hash_of_rfc_9162():
    # The leaves of the test vectors that come with RFC 6962: the empty one, and one of a single zero byte.
    assert hashing.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert (
        hashing.leaf_hash(b"\x00").hex() == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    )


def test_mac_and_digest_use_different_keys(settings):
    # HKDF with one block of output: extract with an empty salt, then expand once (RFC 5869).
    secret = settings.AUDIT_KEY.encode()
    pseudo_random = hmac.digest(b"\x00" * 32, secret, "sha256")
    info = b"loyalty console trail: entry mac"
    key = hmac.digest(pseudo_random, info + b"\x01", "sha256")
    assert hashing.mac(b"bytes") == hmac.digest(key, b"bytes", "sha256")
    assert hashing.digest("text", "x") != hmac.digest(key, b"text\0x", hashlib.sha256)


def test_another_key_gives_other_values(settings):
    before = hashing.mac(b"a"), hashing.digest("email", "a")
    settings.AUDIT_KEY = "another key that is long enough for it"
    assert hashing.mac(b"a") != before[0]
    assert hashing.digest("email", "a") != before[1]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_a_number_never_enters(value):
    with pytest.raises(ValueError):
        canonical(value)
