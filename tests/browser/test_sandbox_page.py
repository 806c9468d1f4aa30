"""The sandbox's own page in a real browser: its tables are read on every width."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("phone", [False, True], ids=["1440", "390"])
def test_no_word_of_a_table_is_broken_in_two(open_page, sandbox, phone, assert_accessible):
    sandbox.add_fault(kind="drop_before", path="/v2/customers/*/coupons", count=3)
    sandbox.get("/v2/customers/lookup", source="INSTORE", identifierName="email", identifierValue="q" * 150)
    page = open_page(phone=phone)
    page.goto(f"{sandbox.url}/_control/")
    assert page.locator("th").count() >= 4
    lines = page.locator("th" if phone else "th, td:nth-child(3)").evaluate_all(
        """cells => cells.map(cell => {
             const words = document.createRange(); words.selectNodeContents(cell);
             return [cell.textContent.trim(), new Set([...words.getClientRects()].map(r => r.top)).size]; })"""
    )
    assert [words for words, count in lines if count > len(words.split())] == []
    assert_accessible(page)
