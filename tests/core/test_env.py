"""The environment: harmless defaults, nonsense refused and named."""

from datetime import time

import pytest

from console import env, env_values

GOOD = {
    "CONSOLE_SECRET_KEY": "s" * 40,
    "CONSOLE_AUDIT_KEY": "a" * 40,
    "CONSOLE_ENVIRONMENT": "sandbox",
    "CAPILLARY_BASE_URL": "http://127.0.0.1:8900",
    "CAPILLARY_AUTH": "oauth",
    "CAPILLARY_CLIENT_KEY": "key",
    "CAPILLARY_CLIENT_SECRET": "secret",
}


def test_good_values_are_read_with_their_types():
    found = env.read(GOOD | {"CAPILLARY_DEADLINE_SECONDS": "14.5", "CONSOLE_DEBUG": "true"})
    assert found["CAPILLARY_DEADLINE_SECONDS"] == 14.5
    assert found["CONSOLE_DEBUG"] is True


def test_by_default_protected_customers_alone_open_for_a_reason():
    found = env.read(GOOD)
    assert (found["CONSOLE_BREAK_GLASS"], found["CONSOLE_BREAK_GLASS_SERVE_ALL"]) == ("protected", [])
    assert env.read(GOOD | {"CONSOLE_BREAK_GLASS_SERVE_ALL": ""})["CONSOLE_BREAK_GLASS_SERVE_ALL"] == []
    found = env.read(GOOD | {"CONSOLE_BREAK_GLASS_SERVE_ALL": "CC, WEB"})
    assert found["CONSOLE_BREAK_GLASS_SERVE_ALL"] == ["CC", "WEB"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSOLE_SECRET_KEY", "short"),
        ("CONSOLE_AUDIT_KEY", ""),
        ("CONSOLE_ENVIRONMENT", "prod"),
        ("CONSOLE_BREAK_GLASS", "always"),
        ("CONSOLE_SECOND_PERSON", "sometimes"),
        ("CONSOLE_SECOND_PERSON_DAYS", "0"),
        ("CONSOLE_ACCESS_REVIEW_MONTHS", "25"),
        ("CONSOLE_ACCESS_REVIEW_DAYS", "0"),
        ("CONSOLE_DEBUG", "perhaps"),
        ("CONSOLE_DATABASE_URL", "mysql://localhost/console"),
        ("CONSOLE_BROKER_URL", "kafka://localhost"),
        ("CONSOLE_DEFAULT_REGION", "India"),
        ("CONSOLE_DEFAULT_REGION", "ZZ"),
        ("CONSOLE_DEFAULT_REGION", "in"),
        ("CONSOLE_TIME_ZONE", "Poona"),
        ("CONSOLE_WORK_AT_ONCE", "0"),
        ("CONSOLE_WORK_HOURS", "bulk_goodwill=8-20"),
        ("CONSOLE_WORK_HOURS", "bulk_goodwill=20:00-24:30"),
        ("CAPILLARY_TIMEZONE", "../etc"),
        ("CAPILLARY_V11_FORMAT", "yaml"),
        ("CAPILLARY_REFERRALS", "v3"),
        ("CONSOLE_PROXIES", "-1"),
        ("CONSOLE_EMAIL_URL", "mail.example.com"),
        ("CONSOLE_EMAIL_URL", "imap://mail.example.com"),
        ("CONSOLE_EMAIL_URL", "smtps://:465"),
        ("CONSOLE_EMAIL_URL", "smtp://mail.example.com:mail"),
        ("CAPILLARY_SOURCES", "IN STORE;;:x"),
        ("CAPILLARY_DEFAULT_SOURCE", "NOWHERE"),
        ("CAPILLARY_DEADLINE_SECONDS", "2"),
        ("CONSOLE_AUDIT_KEY", "s" * 40),
        ("CONSOLE_SECRET_KEY_FALLBACKS", "o" * 40 + ",short"),
        ("CONSOLE_SECRET_KEY_FALLBACKS", "o" * 40 + "," + "a" * 40),
        ("CAPILLARY_BASE_URL", "ftp://api.example.com"),
        ("CAPILLARY_AUTH", "digest"),
        ("CAPILLARY_READ_TIMEOUT_SECONDS", "0"),
        ("CAPILLARY_DEADLINE_SECONDS", "soon"),
        ("CAPILLARY_CALLS_PER_SECOND", "-3"),
    ],
)
def test_nonsense_is_refused_and_named(name, value):
    with pytest.raises(SystemExit, match=name):
        env.read(GOOD | {name: value})


def test_every_mistake_is_named_at_once():
    with pytest.raises(SystemExit) as refused:
        env.read(GOOD | {"CONSOLE_SECRET_KEY": "short", "CAPILLARY_AUTH": "digest"})
    assert "CONSOLE_SECRET_KEY" in str(refused.value)
    assert "CAPILLARY_AUTH" in str(refused.value)


def test_a_way_to_sign_in_needs_its_credentials():
    with pytest.raises(SystemExit, match="CAPILLARY_PASSWORD"):
        env.read(
            GOOD | {"CAPILLARY_AUTH": "basic", "CAPILLARY_USERNAME": "till.012.01", "CAPILLARY_PASSWORD": ""}
        )


LIVE = GOOD | {"CONSOLE_ENVIRONMENT": "live", "CAPILLARY_BASE_URL": "https://api.example.com"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAPILLARY_BASE_URL", "http://api.example.com"),
        ("CONSOLE_DEBUG", "true"),
        ("CONSOLE_ALLOWED_HOSTS", "*"),
    ],
)
def test_what_is_careless_with_customers_is_refused_on_live(name, value):
    assert env.read(LIVE)["CONSOLE_ENVIRONMENT"] == "live"
    with pytest.raises(SystemExit, match=name):
        env.read(LIVE | {name: value})


def test_a_mail_server_is_read_from_its_address(tmp_path):
    found = env_values.mail_settings("smtp+tls://console%40example.com:s%2Fecret@mail.example.com", tmp_path)
    assert found | {"EMAIL_BACKEND": ""} == {
        "EMAIL_BACKEND": "",
        "EMAIL_HOST": "mail.example.com",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "console@example.com",
        "EMAIL_HOST_PASSWORD": "s/ecret",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }
    assert env_values.mail_settings("smtps://mail.example.com", tmp_path)["EMAIL_PORT"] == 465
    files = env_values.mail_settings(env.read(GOOD)["CONSOLE_EMAIL_URL"], tmp_path)
    assert (files["EMAIL_FILE_PATH"], "filebased" in files["EMAIL_BACKEND"]) == (tmp_path, True)


def test_hours_are_read_by_kind():
    assert env_values.hours_by_kind("") == {}
    assert env_values.hours_by_kind("bulk_goodwill=20:00-08:30; trail_export=00:00-06:00") == {
        "bulk_goodwill": (time(20), time(8, 30)),
        "trail_export": (time(0), time(6)),
    }


def test_the_example_file_names_every_setting():
    example = (env.BASE_DIR / ".env.example").read_text()
    missing = [name for name in env.read(GOOD) if f"{name}=" not in example]
    assert not missing


def test_the_house_s_own_database_waits_for_the_disk():
    """Tests do not, so what people run is looked at here."""
    from console.settings import database

    last = database("sqlite:////srv/console.sqlite3")["OPTIONS"]["init_command"]
    assert last.count("synchronous") == 1
    assert "synchronous=FULL" in last
    assert "options" not in database("postgres://console@db/console").get("OPTIONS", {})
