"""The invented data: the same every time, for every size, with nobody's real number in it."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest

from apps.sandbox.seeding.crowd import MERGED_EVERY, crowd_member
from tests.support.sandbox import CUSTOMERS, ROOT, Sandbox


def manage(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "apps.sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_DATABASE": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )


def fingerprint(database: Path) -> str:
    with sqlite3.connect(database) as connection:
        lines = [line for line in connection.iterdump() if "django_migrations" not in line]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_same_day_gives_the_same_data_and_existing_data_stays(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "one.sqlite3", tmp_path / "b" / "two.sqlite3"
    for database in (first, second):
        assert manage(database, "prepare", "--customers=130").stdout == "130 customers.\n"
    before = fingerprint(first)
    assert before == fingerprint(second)
    assert manage(first, "prepare", "--customers=500").stdout == ""
    refused = manage(first, "seed", "--customers=500")
    assert refused.returncode == 1
    assert "has data already" in refused.stderr
    assert fingerprint(first) == before


def test_interrupted_run_is_started_over(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite3"
    assert manage(database, "prepare", "--customers=30").returncode == 0
    with sqlite3.connect(database) as connection:
        connection.execute("delete from sandbox_note")
        connection.execute("pragma user_version = 0")
    assert manage(database, "prepare", "--customers=40").returncode == 0
    with sqlite3.connect(database) as connection:
        assert connection.execute("select count(*) from sandbox_customer").fetchone()[0] == 40
        assert connection.execute("select count(*) from sandbox_note").fetchone()[0] > 0


@pytest.mark.parametrize("size", ["0", "1000001", "many"])
def test_impossible_sizes_are_refused(tmp_path: Path, size: str) -> None:
    refused = manage(tmp_path / "sandbox.sqlite3", "seed", f"--customers={size}")
    assert refused.returncode != 0
    assert "--customers" in refused.stderr


def test_size_asked_for_is_the_size_there_is(sandbox: Sandbox) -> None:
    with sqlite3.connect(sandbox.database) as connection:
        assert connection.execute("select count(*) from sandbox_customer").fetchone()[0] == CUSTOMERS


def test_crowd_of_a_million_shares_no_identifier() -> None:
    numbers = [*range(100, 1500), *range(500_000, 500_400), *range(1_000_000, 1_000_078)]
    known = [known for n in numbers for known in crowd_member(n).identifiers()]
    assert len(known) == len({(row.kind, row.value, row.source, row.account_id) for row in known})


def test_merged_ones_point_at_somebody_who_is_not_merged() -> None:
    for n in range(MERGED_EVERY * 2, MERGED_EVERY * 40, MERGED_EVERY):
        merged = crowd_member(n)
        assert merged.merged_into == merged.id - 1
        assert crowd_member(n - 1).merged_into is None


def test_no_mobile_can_be_dialled_and_no_address_reached(sandbox: Sandbox) -> None:
    with sqlite3.connect(sandbox.database) as connection:
        mobiles = connection.execute("select value from sandbox_identifier where kind = 'mobile'").fetchall()
        emails = connection.execute("select value from sandbox_identifier where kind = 'email'").fetchall()
        friends = connection.execute("select identifier, type from sandbox_referral").fetchall()
    mobiles += [(value,) for value, kind in friends if kind == "MOBILE"]
    emails += [(value,) for value, kind in friends if kind == "EMAIL"]
    for (value,) in mobiles:
        number = phonenumbers.parse(f"+{value}")
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number), value
    assert all(value.endswith("@example.com") for (value,) in emails)


def test_every_kind_of_customer_is_there(sandbox: Sandbox) -> None:
    with sqlite3.connect(sandbox.database) as connection:
        kinds = {row[0] for row in connection.execute("select distinct kind from sandbox_identifier")}
        sources = {row[0] for row in connection.execute("select distinct source from sandbox_profile")}
        states = {row[0] for row in connection.execute("select distinct status from sandbox_customer")}
    assert {
        "mobile", "email", "externalId", "cardNumber", "cardExternalId", "wechat", "unionId", "line", "martjackId",
        "fbId",
    } <= kinds  # fmt: skip
    assert {"INSTORE", "WECHAT", "FACEBOOK", "LINE", "MARTJACK", "ECOMMERCE"} <= sources
    assert {"ACTIVE", "SUSPENDED", "DELETED", "MERGED"} <= states
