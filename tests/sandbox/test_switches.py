"""Dialects and list modes: for all, or for one request while others go on as before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.control.switches import parse_header
from tests.support.sandbox import Sandbox

READS = (
    ("/v1.1/customer/get", {"mobile": "915550000001"}),
    ("/v1.1/customer/transactions", {"id": "500000001"}),
    ("/v1.1/customer/redemptions", {"id": "500000001"}),
    ("/v1.1/customer/coupons", {"id": "500000001"}),
    ("/v1.1/customer/notes", {"id": "500000001"}),
    ("/v1.1/customer/referrals", {"id": "500000001"}),
    ("/v2/customers/500000001/coupons", {}),
    ("/v2/customers/500000003", {}),
)


def statuses(node: Any) -> Iterator[dict[str, Any]]:
    """Every block that says success or not."""
    if isinstance(node, dict):
        if "code" in node and ("success" in node or isinstance(node.get("status"), bool | str)):
            yield node
        for value in node.values():
            yield from statuses(value)
    if isinstance(node, list):
        for value in node:
            yield from statuses(value)


@pytest.mark.parametrize(("path", "query"), READS)
@pytest.mark.parametrize(("dialect", "flag", "code"), [("strings", str, str), ("native", bool, int)])
def test_dialect_reaches_every_status(
    sandbox: Sandbox, path: str, query: dict[str, str], dialect: str, flag: type, code: type
) -> None:
    blocks = list(statuses(sandbox.get(path, sandbox=f"dialect={dialect}", **query).json()))
    assert blocks
    for block in blocks:
        assert isinstance(block["code"], code)
        assert isinstance(block.get("success", block.get("status")), flag)


@pytest.mark.parametrize("mode", ["always", "never"])
def test_list_mode_decides_whether_one_is_a_list(sandbox: Sandbox, mode: str) -> None:
    kind = {"always": list, "never": dict}[mode]
    header = f"lists={mode}"
    body = sandbox.get("/v1.1/customer/get", sandbox=header, mobile="915550000001").json()
    assert isinstance(body["customers"]["customer"], kind)
    bills = sandbox.get("/v1.1/customer/transactions", sandbox=header, id="500000016", limit=1).json()
    customer = bills["response"]["customer"]
    customer = customer[0] if mode == "always" else customer
    assert isinstance(customer["transactions"]["transaction"], kind)


def test_list_mode_never_keeps_several_as_a_list_and_none_as_empty_text(sandbox: Sandbox) -> None:
    body = sandbox.get("/v1.1/customer/transactions", sandbox="lists=never", id="500000016", limit=3).json()
    customer = body["response"]["customer"]
    assert len(customer["transactions"]["transaction"]) == 3
    assert customer["transactions"]["transaction"][0]["line_items"] == {"line_item": ""}


def test_samples_decide_by_default(sandbox: Sandbox) -> None:
    bills = sandbox.get("/v1.1/customer/transactions", id="500000016", limit=1).json()["response"]
    assert isinstance(bills["customer"]["transactions"]["transaction"], list)
    assert bills["status"] == {"success": "true", "code": 200, "message": "Success"}


@pytest.mark.parametrize("form", ["native", "converted"])
def test_xml_form_can_be_chosen(sandbox: Sandbox, form: str) -> None:
    for path, query in READS[:6]:
        tree = xmltodict.parse(sandbox.get(f"{path}.xml", sandbox=f"xml={form}", **query).content)
        assert list(tree) == [{"native": "response", "converted": "root"}[form]]


def test_choice_for_all_holds_until_reset(sandbox: Sandbox) -> None:
    sandbox.switch(dialect="native", http_errors="on")
    reply = sandbox.get("/v1.1/customer/get", mobile="915559999999")
    assert (reply.status_code, reply.json()["status"]["success"]) == (404, False)
    sandbox.reset()
    assert sandbox.get("/v1.1/customer/get", mobile="915559999999").status_code == 200


def test_choice_by_header_does_not_leak_into_requests_beside_it(sandbox: Sandbox) -> None:
    dialects = ["strings", "native"] * 25

    def code(dialect: str) -> type:
        reply = sandbox.get("/v1.1/customer/transactions", sandbox=f"dialect={dialect}", id="500000001")
        return type(reply.json()["response"]["status"]["code"])

    sandbox.token()
    with ThreadPoolExecutor(16) as pool:
        kinds = list(pool.map(code, dialects))
    assert kinds == [str, int] * 25


@pytest.mark.parametrize(
    "header", ["dialect=klingon", "lists=sometimes", "fault=earthquake", "fault=status; status=x"]
)
def test_unknown_choice_is_told(sandbox: Sandbox, header: str) -> None:
    reply = sandbox.get("/v2/customers/500000001", sandbox=header)
    assert (reply.status_code, reply.headers["Content-Type"]) == (400, "text/plain")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,10}", fullmatch=True), st.from_regex(r"[a-z0-9/*]{1,10}", fullmatch=True)
    )
)
def test_header_reads_back_what_was_written(values: dict[str, str]) -> None:
    assert parse_header("; ".join(f"{name}={value}" for name, value in values.items())) == values


@given(st.text())
def test_header_of_any_text_is_read_without_a_crash(text: str) -> None:
    assert all(isinstance(value, str) and value for value in parse_header(text).values())
