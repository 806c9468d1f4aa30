"""Notes are really stored: by JSON, by XML, changed by id, refused with their codes."""

import pytest
import xmltodict

from tests.support.sandbox import Sandbox

NOTES = "/v1.1/customer/notes"
MOBILE = "915550000021"


def add(sandbox: Sandbox, note: dict[str, str], **customer: str) -> dict[str, object]:
    body = {"root": {"customer": [{"mobile": MOBILE, **customer, "notes": {"note": [note]}}]}}
    return sandbox.call("POST", NOTES, json=body).json()["response"]


def texts(sandbox: Sandbox, mobile: str = MOBILE) -> list[str]:
    customer = sandbox.get(NOTES, mobile=mobile).json()["response"]["customer"]
    return [note["description"] for note in customer.get("notes", {}).get("note", [])]


def test_added_note_is_read_back_first(sandbox: Sandbox) -> None:
    text = "Asked for a call back. — नमस्ते, 明, ليلى, <b>&amp;"
    reply = add(sandbox, {"description": text})
    assert reply["status"]["code"] == "200"
    item = reply["customer"]
    # Both styles in one document, as the sample of this endpoint has it.
    assert item["item_status"]["success"] is True
    assert item["item_status"]["code"] == 1000
    assert item["notes"]["note"]["description"] == text
    assert item["user_id"] == "500000021"
    assert texts(sandbox)[0] == text
    shown = sandbox.get(NOTES, mobile=MOBILE).json()["response"]["customer"]["notes"]["note"][0]
    assert set(shown) == {"id", "description", "added_on"}


def test_note_keeps_its_date(sandbox: Sandbox) -> None:
    reply = add(sandbox, {"description": "From last year.", "date": "2025-03-01 10:00:00"})
    assert reply["customer"]["notes"]["note"]["date"] == "2025-03-01 10:00:00"


@pytest.mark.parametrize(
    "body",
    [
        "<root><customer><mobile>{m}</mobile><notes><note><description>{t}</description></note></notes></customer></root>",
        "<root><root><customer><element><mobile>{m}</mobile><notes><note><element><description>{t}</description>"
        "</element></note></notes></element></customer></root></root>",
    ],
)
@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
def test_note_by_xml_in_both_forms(sandbox: Sandbox, body: str, kind: str) -> None:
    text = f"By {kind}: ünï &lt;cödé&gt;"
    reply = sandbox.call(
        "POST",
        f"{NOTES}?format=xml",
        data=body.format(m=MOBILE, t=text).encode(),
        headers={"Content-Type": kind},
    )
    tree = xmltodict.parse(reply.content)["response"]
    assert tree["status"]["code"] == "200"
    assert texts(sandbox)[0] == f"By {kind}: ünï <cödé>"


def test_note_with_an_id_is_changed(sandbox: Sandbox) -> None:
    note = add(sandbox, {"description": "Frist visit."})["customer"]["notes"]["note"]
    reply = add(sandbox, {"id": note["id"], "description": "First visit."})
    assert reply["status"]["success_count"] == "1"
    assert reply["customer"]["notes"]["note"][0]["id"] == note["id"]
    assert "First visit." in texts(sandbox)
    assert "Frist visit." not in texts(sandbox)


@pytest.mark.parametrize(
    ("note", "customer", "code"),
    [
        ({"description": ""}, {}, "1037"),
        ({"description": "   "}, {}, "1037"),
        ({"description": "x", "date": "soon"}, {}, "1037"),
        ({"description": "x", "id": "1"}, {}, "1037"),
        ({"description": "x"}, {"mobile": "915559999999"}, "1012"),
        ({"description": "x"}, {"mobile": "abc"}, "1001"),
        ({"description": "x"}, {"mobile": ""}, "1015"),
    ],
)
def test_refused_note_is_not_stored(
    sandbox: Sandbox, note: dict[str, str], customer: dict[str, str], code: str
) -> None:
    before = texts(sandbox)
    reply = add(sandbox, note, **customer)
    assert reply["status"]["success"] == "false"
    assert reply["customer"]["item_status"]["code"] == code
    assert texts(sandbox) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{not json", "application/json"),
        (b"<root><customer>", "application/xml"),
        (b"{}", "application/json"),
        (b"[]", "application/json"),
        (
            b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><root><customer>&b;</customer></root>",
            "text/xml",
        ),
    ],
)
def test_body_that_cannot_be_read_is_400_in_the_envelope(sandbox: Sandbox, body: bytes, kind: str) -> None:
    reply = sandbox.call("POST", NOTES, data=body, headers={"Content-Type": kind})
    assert reply.status_code == 200
    assert reply.json()["response"]["status"]["code"] == "400"
    strict = sandbox.call("POST", NOTES, data=body, headers={"Content-Type": kind}, sandbox="http_errors")
    assert strict.status_code == 400


def test_two_customers_in_one_body_one_unknown(sandbox: Sandbox) -> None:
    note = {"note": [{"description": "In a pair."}]}
    people = [{"mobile": "915559999999", "notes": note}, {"email": "priya.s@example.com", "notes": note}]
    reply = sandbox.call("POST", NOTES, json={"root": {"customer": people}}).json()["response"]
    assert reply["status"]["code"] == "201"
    assert [str(item["item_status"]["code"]) for item in reply["customer"]] == ["1012", "1000"]
