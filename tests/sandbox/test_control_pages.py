"""The control page works with plain forms and strict rules; messages have a page of their own."""

import re
import sqlite3

import requests

from tests.support.sandbox import Sandbox


def page(session: requests.Session, sandbox: Sandbox, path: str = "/_control/") -> str:
    reply = session.get(sandbox.url + path, timeout=5)
    assert reply.status_code == 200
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    return reply.text


def submit(session: requests.Session, sandbox: Sandbox, **form: str) -> requests.Response:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page(session, sandbox))
    assert token
    return session.post(
        f"{sandbox.url}/_control/",
        data={"csrfmiddlewaretoken": token[1], **form},
        headers={"Referer": sandbox.url},
        timeout=5,
    )


def test_pages_have_titles_labels_and_nothing_inline(sandbox: Sandbox) -> None:
    sandbox.add_fault(kind="503", path="/v2/<b>")
    sandbox.get("/v2/customers/500000001")
    with requests.Session() as session:
        control = page(session, sandbox)
        messages = page(session, sandbox, "/_control/messages/")
        assert (
            session.get(f"{sandbox.url}/_control/style.css", timeout=5).headers["Content-Type"] == "text/css"
        )
        assert session.get(sandbox.url, timeout=5).url.endswith("/_control/")
    assert re.search(r"<title>\s*Sandbox control\s*</title>", control)
    assert re.search(r"<title>\s*Messages sent\s*</title>", messages)
    assert "/v2/&lt;b&gt;" in control
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', control)
    assert set(fields) == set(re.findall(r'<label for="([^"]+)"', control))
    for html in (control, messages):
        assert not re.search(r"<script|<style|\son\w+=|\sstyle=", html)


def test_form_orders_and_removes_a_fault(sandbox: Sandbox) -> None:
    with requests.Session() as session:
        reply = submit(
            session, sandbox, act="fault", kind="status", status="502", path="/v2/*", count="", latency_ms=""
        )
        assert "Remove fault" in reply.text
        assert sandbox.get("/v2/customers/500000001").status_code == 502
        number = re.search(r'value="(remove-\d+)"', reply.text)
        assert number
        assert "Remove fault" not in submit(session, sandbox, act=number[1]).text
    assert sandbox.get("/v2/customers/500000001").status_code == 200


def test_form_changes_the_answers_and_refuses_nonsense(sandbox: Sandbox) -> None:
    with requests.Session() as session:
        submit(session, sandbox, act="switch", http_errors="on")
        assert sandbox.get("/v2/customers/1").status_code == 404
        bad = submit(session, sandbox, act="fault", kind="status", status="teapot")
        assert (bad.status_code, 'role="alert"' in bad.text) == (422, True)
        submit(session, sandbox, act="reset")
    assert sandbox.get("/v2/customers/1").status_code == 200


def test_form_from_elsewhere_is_refused(sandbox: Sandbox) -> None:
    assert requests.post(f"{sandbox.url}/_control/", data={"act": "reset"}, timeout=5).status_code == 403


def test_messages_are_listed_newest_first(sandbox: Sandbox) -> None:
    with sqlite3.connect(sandbox.database) as connection:
        for number in (1, 2):
            connection.execute(
                "insert into sandbox_message (channel, `to`, purpose, body, at, customer_id) values (?,?,?,?,?,?)",
                ("SMS", "915550000001", "code", f"Your <code> is {number}", "2026-11-23 10:00:00", 500000001),
            )
    with requests.Session() as session:
        html = page(session, sandbox, "/_control/messages/")
    assert html.index("&lt;code&gt; is 2") < html.index("&lt;code&gt; is 1")
    rows = requests.get(f"{sandbox.url}/_control/messages.json?to=915550000001", timeout=5).json()["messages"]
    assert [row["body"] for row in rows] == ["Your <code> is 2", "Your <code> is 1"]
