"""Every answer of every address, with settings as deployed, carries the headers that bind browsers."""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

import console.settings
from apps.core.tables.writing import MEDIA_TYPES
from apps.staff import demo
from console.settings_headers import ALWAYS, headers, policy_in_words
from tests.test_access import ASKING_OUTSIDE, PROGRAMS, ROWS, quick_outside  # noqa: F401

# Files that are fetched: what a browser may do with one is save it.
SHOWN = {"text/html", "application/json", "application/problem+json"}
RUNS = {
    *(
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/xml",
        "application/xml",
        "application/pdf",
    ),
    *("text/javascript", "application/javascript", "text/css", ""),
}
HSTS = "max-age=31536000; includeSubDomains; preload"


@pytest.fixture
def deployed(settings):
    """HTTPS on, one proxy in front, all middleware: as `check --deploy` sees them."""
    for name, value in headers(https=True, subdomains=True, proxies=1).items():
        setattr(settings, name, value)
    settings.CONSOLE_PROXIES = 1
    settings.MIDDLEWARE = console.settings.MIDDLEWARE
    settings.STATIC_ROOT = settings.BASE_DIR / "static"


def by_https(**more):
    return Client(headers={"X-Forwarded-Proto": "https", **more})


def wrong_with(answer):
    """What an answer lacks, in words; nothing when it is as it should be."""
    expected = ALWAYS | {"Content-Security-Policy": policy_in_words(), "Strict-Transport-Security": HSTS}
    got = {name: answer.headers.get(name) for name in expected}
    got["Content-Security-Policy"] = "; ".join(sorted((got["Content-Security-Policy"] or "").split("; ")))
    expected["Content-Security-Policy"] = "; ".join(sorted(expected["Content-Security-Policy"].split("; ")))
    found = [f"{name}: {value}" for name, value in got.items() if value != expected[name]]
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("may be kept")
    return found + wrong_with_file(answer) + wrong_with_cookies(answer)


def wrong_with_file(answer):
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.headers.get("Content-Disposition", "").startswith("attachment; filename="):
        return [f"a file of type {kind}"] if kind in RUNS else []
    shown = kind in SHOWN or not getattr(answer, "content", b"") or answer.content in {b"ok", b"unavailable"}
    return [] if shown else [f"{kind} is shown in place"]


def wrong_with_cookies(answer):
    return [
        f"cookie {name}"
        for name, one in answer.cookies.items()
        # Taken back at the end of a session, without a value.
        if one["max-age"] != 0
        if not name.startswith("__Host-")
        or not (one["secure"] and one["httponly"] and one["samesite"] == "Lax" and one["path"] == "/")
        or one["domain"]
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_address_sends_every_header(row, request, deployed, quick_outside):  # noqa: F811
    """As a stranger, as a person who may, as the same person's fragment."""
    request.getfixturevalue("transactional_db" if row.name in ASKING_OUTSIDE else "db")
    person = request.getfixturevalue(row.roles[0])
    wrong = {}
    for who, client in (
        ("stranger", by_https()),
        ("person", by_https()),
        ("fragment", by_https(**{"HX-Request": "true"})),
    ):
        if who != "stranger":
            client.force_login(person, backend="apps.staff.backends.RoleBackend")
        answer = getattr(client, row.method)(row.url)
        wrong[who] = wrong_with(answer)
        if answer.headers.get("Location", "").startswith("https://"):
            wrong[who].append("went astray")
    assert wrong == {"stranger": [], "person": [], "fragment": []}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_api_sends_every_header(name, deployed, db):
    url = reverse(name, kwargs=PROGRAMS[name])
    assert wrong_with(by_https().get(url)) == []
    assert wrong_with(by_https().post(url)) == []


def test_a_refused_role_a_wrong_form_and_an_address_of_nowhere_too(deployed, agent):
    client = by_https()
    client.force_login(agent, backend="apps.staff.backends.RoleBackend")
    for path, status in (("/trail/", 403), ("/nowhere/", 404)):
        answer = client.get(path)
        assert (answer.status_code, wrong_with(answer)) == (status, [])
    strict = Client(headers={"X-Forwarded-Proto": "https"}, enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"username": "a@example.com", "password": "x"})
    assert (answer.status_code, wrong_with(answer)) == (403, [])


def test_an_error_nobody_thought_of_too(deployed, agent, monkeypatch):
    monkeypatch.setattr("apps.customers.views.lookup.render_page", lambda *_a, **_k: 1 // 0)
    client = Client(headers={"X-Forwarded-Proto": "https"}, raise_request_exception=False)
    client.force_login(agent, backend="apps.staff.backends.RoleBackend")
    answer = client.get(reverse("customers:lookup"))
    assert (answer.status_code, wrong_with(answer)) == (500, [])


def test_what_ends_before_the_views_is_bound_as_well(deployed):
    """A redirect to HTTPS and a host that is not ours; over plain HTTP browsers must not believe HSTS."""
    for answer, status in (
        (Client().get("/sign-in/"), 301),
        (by_https(Host="elsewhere.example").get("/sign-in/"), 400),
    ):
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_static_files_are_bound_as_well(deployed):
    answer = by_https().get("/static/console/js/announce.js")
    assert (answer.status_code, answer["Strict-Transport-Security"]) == (200, HSTS)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "Content-Security-Policy" in answer.headers


def test_signing_in_sets_host_cookies(deployed, agent):
    client = by_https()
    form = client.get("/sign-in/")
    assert set(form.cookies) == {"__Host-csrf"}
    answer = client.post("/sign-in/", {"username": agent.email, "password": demo.PASSWORD})
    assert answer.status_code == 302
    assert "__Host-session" in answer.cookies
    assert wrong_with(answer) == []


def test_no_view_gives_a_file_in_place():
    """Most files are not there in the walk above: whoever names a type of its own also says `attachment`."""
    typed = [
        path
        for path in (django_settings.BASE_DIR / "apps").rglob("*.py")
        if "sandbox" not in path.parts and re.search(r"Response\(.*content_type=", path.read_text("utf-8"))
    ]
    names = {
        path.name
        for path in typed
        if '"attachment; filename=' not in path.read_text("utf-8").replace("'", '"')
    }
    assert len(typed) > 4
    # The last two answer programs: a problem, and the answer of a call that was sent before.
    assert names == {"health.py", "problems.py", "middleware.py", "once.py"}
    assert not {kind.partition(";")[0] for kind in MEDIA_TYPES.values()} & RUNS


def test_the_policy_has_no_unsafe_word():
    assert not re.search(r"unsafe|\*|data:|blob:|https?:", policy_in_words())
    assert django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] == {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }


def test_the_answer_to_an_address_that_is_too_long_says_the_same():
    from console.serving import HEAD

    assert [f"{name}: {value}" for name, value in ALWAYS.items() if f"{name}: {value}\r\n" not in HEAD] == []
    assert f"Content-Security-Policy: {policy_in_words()}\r\n" in HEAD
    assert HEAD.format(reference="LC-1", length=3).endswith("Content-Length: 3\r\n\r\n")
