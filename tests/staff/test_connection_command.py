"""Reads from the shell: JSON on stdout, a status that scripts can use, and a trace."""

import io
import json

import pytest
from django.core.cache import cache
from django.core.management import call_command

from apps.audit.models import Entry


@pytest.fixture(autouse=True)
def _at_sandbox(settings, sandbox, transactional_db):
    cache.clear()
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}


def run(*words):
    """What the command prints, and the status it ends with."""
    out, status = io.StringIO(), 0
    try:
        call_command("capillary", *words, stdout=out)
    except SystemExit as end:
        status = int(end.code)
    return out.getvalue(), status


def test_a_read_prints_json_and_is_traced_as_a_command(sandbox):
    mobile = sandbox.identifier("everything", "mobile")
    told, status = run(
        "customers",
        "lookup",
        "--source",
        "INSTORE",
        "--identifier-name",
        "mobile",
        "--identifier-value",
        mobile,
    )
    assert (json.loads(told), status) == (sandbox.characters["everything"]["id"], 0)
    entries = Entry.objects.filter(channel="command")
    assert entries.count() == 4
    assert len({entry.reference for entry in entries}) == 1
    assert mobile not in repr(list(entries.values()))


def test_dataclasses_become_objects_without_raw(sandbox):
    person = sandbox.characters["everything"]["id"]
    told, status = run("customers", "get", "--customer-id", str(person), "--embed", "points")
    found = json.loads(told)
    assert status == 0
    assert found["id"] == person
    assert isinstance(found["points"]["available"], str)
    assert "raw" not in found


def test_what_goodwill_is_settled_by_can_be_read_from_the_shell(sandbox):
    person = str(sandbox.characters["goodwill"]["id"])
    whose = ("--identifier-name", "mobile", "--identifier-value", sandbox.identifier("goodwill", "mobile"))
    period = ("--start-date", "2020-01-01", "--end-date", "2099-01-01")
    reads = {
        "rows": ("requests", "listing", "--customer-id", person, "--status", "PENDING"),
        "count": ("requests", "logs", "--customer-id", person, *period),
        "entries": ("ledger", "information", *whose, "--start-date", "2026-11-20T00:00:00+05:30"),
        "balances": ("ledger", "balance", *whose),
    }
    for member, words in reads.items():
        told, status = run(*words)
        assert status == 0, told
        assert member in json.loads(told), words
    told, status = run("coupons", "series", "--series-ids", "4103,4105")
    assert ([row["id"] for row in json.loads(told)], status) == (["4103", "4105"], 0)
    assert sandbox.identifier("goodwill", "mobile") not in repr(list(Entry.objects.values()))


def test_raw_prints_the_reply_as_it_came(sandbox):
    person = sandbox.characters["everything"]["id"]
    told, status = run("loyalty", "details", "--customer-id", str(person), "--raw")
    assert status == 0
    assert {"data", "warnings", "errors"} <= set(json.loads(told))


def test_an_error_is_json_too_with_status_one():
    told, status = run("customers", "get", "--customer-id", "1")
    found = json.loads(told)
    assert status == 1
    assert found["error"]["kind"] == "CustomerNotFound"
    assert found["reference"].startswith("LC-")


def test_a_merged_account_names_the_one_that_is_left(sandbox):
    merged, survivor = (sandbox.characters[key]["id"] for key in ("merged", "survivor"))
    told, status = run("customers", "get", "--customer-id", str(merged))
    error = json.loads(told)["error"]
    assert (error["kind"], error["code"], error["survivor_id"], status) == (
        "CustomerMerged",
        "8069",
        survivor,
        1,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("notes", "add"),
        ("points", "redeem"),
        ("customers",),
        ("customers", "get"),
        ("transactions", "history"),
    ],
)
def test_writes_unknown_calls_and_missing_options_are_refused_before_anything_leaves(words, sandbox):
    _, status = run(*words)
    assert status == 2
    assert sandbox.requests(path="/v*") == []
    assert Entry.objects.count() == 0


def test_without_arguments_it_lists_the_reads():
    told, status = run()
    assert status == 0
    assert "lookup" in json.loads(told)["customers"]
