"""The browser tests' own eyes: what they promise to notice, they notice."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "refused",
    [
        "<p style='color: red'>red</p>",
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' alt=''>",
        "<img src='https://elsewhere.example.com/pixel.gif' alt=''>",
    ],
    ids=["inline-style", "data-url", "other-host"],
)
def test_what_the_content_security_policy_refuses_is_noticed(page, watch, refused):
    page.goto("/sign-in/")
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", refused)
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in fault for fault in watch.unexpected())
    watch.found.clear()


def test_a_script_error_is_noticed(page, watch):
    page.goto("/sign-in/")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    page.wait_for_timeout(100)
    assert any("broken" in fault for fault in watch.unexpected())
    watch.found.clear()


def test_a_field_without_label_and_a_page_too_wide_are_noticed(page, assert_accessible):
    page.goto("/sign-in/")
    page.evaluate("document.querySelector('label').remove()")
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)
    page.reload()
    page.evaluate("document.querySelector('main').style.minWidth = '4000px'")
    with pytest.raises(AssertionError, match="too wide"):
        assert_accessible(page)
