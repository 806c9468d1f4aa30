"""Identifiers: the same one, however it is written, has one keyed hash, and other ones have others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.identifiers import digests_of, search_digests
from tests.audit.conftest import EMAIL, MOBILE


@pytest.mark.parametrize(
    "written", [MOBILE, "915550004417", "91 5550-004417", "05550004417", "5550 004 417", "(+91) 5550004417"]
)
def test_a_mobile_has_one_hash_however_it_is_written(written):
    assert digests_of([("mobile", written)]) == digests_of([("mobile", MOBILE)])


def test_e_mail_addresses_do_not_depend_on_case():
    assert digests_of([("email", "  Kavya.Iyer@EXAMPLE.com ")]) == digests_of([("email", EMAIL)])


@pytest.mark.parametrize(
    ("kind", "value"),
    [("mobile", MOBILE), ("email", EMAIL), ("external_id", "CRM-220319"), ("card", "8842 1100 9931 8820"),
     ("wechat", "wx_Kavya"), ("id", "387746388")],
)  # fmt: skip
def test_a_search_without_kind_finds_what_was_stored_with_one(kind, value):
    assert set(digests_of([(kind, value)])) & set(search_digests(value))


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_different_identifiers_have_different_hashes(one, other):
    same = "".join(one.split()).casefold() == "".join(other.split()).casefold()
    assert (digests_of([("card", one)]) == digests_of([("card", other)])) == same


@given(st.text(max_size=60))
def test_any_text_may_be_searched(text):
    assert all(len(digest) == 32 for digest in search_digests(text))


def test_nothing_has_no_hash():
    assert digests_of([("mobile", ""), ("email", "  ")]) == []
