"""The list of reads and their options; sources of the connection."""

from datetime import date
from decimal import Decimal

import pytest

from apps.capillary import registry
from apps.capillary.config import Source, parse_sources
from apps.capillary.resources import customers


def test_options_come_from_the_signature():
    known = {option.name: option for option in registry.options(registry.find("transactions", "history"))}
    assert known["customer_id"].convert("5") == 5
    assert known["start_date"].convert("2026-11-20") == date(2026, 11, 20)
    assert known["customer_id"].flag == "--customer-id"
    assert not known["limit"].required
    assert {one.name for one in registry.options(registry.find("customers", "lookup")) if one.required} == {
        "source",
        "identifier_name",
        "identifier_value",
    }


def test_lists_and_yes_or_no():
    get = {option.name: option for option in registry.options(registry.find("customers", "get"))}
    assert get["embed"].convert("points, mlp") == ("points", "mlp")
    record = {option.name: option for option in registry.options(registry.find("customers", "record"))}
    assert record["mlp"].convert("no") is False
    with pytest.raises(ValueError):
        record["mlp"].convert("maybe")


def test_no_read_is_a_write_and_no_write_can_be_found():
    for resource, calls in registry.WRITES.items():
        for name in calls:
            with pytest.raises(LookupError, match="changes something"):
                registry.find(resource, name)
    with pytest.raises(LookupError, match="no resource"):
        registry.find("wallets", "transfer")
    with pytest.raises(LookupError, match="no call"):
        registry.find("customers", "delete")


def test_the_reads_of_goodwill_can_be_run_from_the_shell():
    logs = {option.name: option for option in registry.options(registry.find("requests", "logs"))}
    assert {name for name, option in logs.items() if option.required} == {"start_date", "end_date"}
    assert logs["one_step"].convert("no") is False
    assert logs["request_id"].convert("7") == 7
    events = {option.name: option for option in registry.options(registry.find("ledger", "information"))}
    assert (
        events["start_date"].convert("2026-11-20T09:30:00+05:30").isoformat() == "2026-11-20T09:30:00+05:30"
    )
    with pytest.raises(ValueError):
        events["start_date"].convert("yesterday")
    series = {option.name: option for option in registry.options(registry.find("coupons", "series"))}
    assert series["series_ids"].convert("4103, 4105") == ("4103", "4105")
    assert {"listing", "logs"} == set(registry.READS["requests"])
    assert {"information", "balance"} == set(registry.READS["ledger"])


def test_the_reads_of_points_can_be_run_from_the_shell():
    check = {option.name: option for option in registry.options(registry.find("points", "is_redeemable"))}
    assert {name for name, option in check.items() if option.required} == {"points"}
    assert check["points"].convert("10.5") == Decimal("10.5")
    with pytest.raises(ValueError):
        check["points"].convert("many")
    assert {"is_redeemable"} == set(registry.READS["points"])
    spent = {option.name: option for option in registry.options(registry.find("redemptions", "history"))}
    assert {"external_reference_number", "start_date", "points_start_id", "order"} <= set(spent)


def test_the_reads_of_referrals_can_be_run_from_the_shell():
    whole = {option.name: option for option in registry.options(registry.find("referrals", "read"))}
    assert {name for name, option in whole.items() if option.required} == {"customer_id"}
    assert whole["end_date"].convert("2026-11-20") == date(2026, 11, 20)
    assert whole["dialect"].convert("v1.1") == "v1.1"
    assert {"read", "get", "lookup", "statistics", "check_code"} == set(registry.READS["referrals"])
    with pytest.raises(LookupError, match="changes something"):
        registry.find("referrals", "invite")


def test_sources_with_accounts():
    assert parse_sources("INSTORE; wechat:wx_a, wx_b ;") == (
        Source("INSTORE"),
        Source("WECHAT", ("wx_a", "wx_b")),
    )
    assert parse_sources("LINE:x")[0].needs_account
    for nonsense in ("A;A", "IN STORE", ":x"):
        with pytest.raises(ValueError):
            parse_sources(nonsense)


def test_a_search_and_a_foreign_identifier_are_hashed_as_what_they_are():
    assert customers.search(query="a@example.com").identifiers == (("email", "a@example.com"),)
    assert customers.search(query="+44 7700 900").identifiers[0][0] == "mobile"
    assert customers.search(query="Zoë").identifiers[0][0] == "name"
    wechat = customers.lookup(
        source="WECHAT", account_id="wx", identifier_name="wechat", identifier_value="o1"
    )
    assert wechat.identifiers == (("external_id", "o1"),)
