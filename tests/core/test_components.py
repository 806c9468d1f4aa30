"""The components in every state, as a browser without script gets them."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags

from apps.core.errors import Unavailable

STATES = ["ok", "loading", "empty", "failed", "out_of_date"]


def words(html):
    return " ".join(strip_tags(html).split())


def panel(state, **more):
    given = {
        "id": "coupons",
        "title": "Coupons",
        "state": state,
        "source": "v1.1",
        "at": timezone.now(),
        "load_url": "/customers/1/panels/coupons/",
        "body": "2 coupons.",
    }
    return render_to_string("components/panel.html", given | more)


@pytest.mark.parametrize("state", STATES)
def test_a_panel_is_a_named_section_with_one_heading(state):
    html = panel(state)
    assert html.count("<h2") == 1
    assert 'aria-labelledby="coupons-title"' in html
    assert 'id="coupons-title"' in html


def test_a_loading_panel_fetches_itself_and_can_be_fetched_without_script():
    html = panel("loading", page_url="/customers/1/?panel=coupons")
    assert 'hx-get="/customers/1/panels/coupons/" hx-trigger="load"' in html
    assert 'aria-busy="true"' in html
    assert "Loading: Coupons." in html
    assert re.search(r'<noscript>.*href="/customers/1/\?panel=coupons"', html, re.DOTALL)


def test_a_failed_panel_says_what_happened_and_offers_a_retry():
    error = Unavailable("Capillary answered 500.", code="500", request_id="abc123")
    html = panel("failed", error=error, reference="LC-7F3K-92QD-M4XA", note="Claiming a bill is off.")
    said = words(html)
    for part in ("Coupons could not be loaded. Capillary answered 500.", "Claiming a bill is off.", "Retry"):
        assert part in said
    assert "Code 500" in said
    assert "Request abc123" in said
    assert "Reference LC-7F3K-92QD-M4XA" in said
    assert "Could not be loaded" in said
    assert 'hx-target="#coupons"' in html
    assert 'href="/customers/1/panels/coupons/"' in html
    assert "2 coupons." not in said


def test_an_out_of_date_panel_keeps_its_content_and_says_so():
    said = words(panel("out_of_date", note="Acting on them is off until they load again."))
    assert "2 coupons." in said
    assert "Out of date" in said
    assert "Load again" in said


def test_an_empty_panel_says_why_and_what_first():
    said = words(
        panel("empty", empty_title="No coupons yet.", empty_href="/x", empty_link="Give a goodwill coupon")
    )
    assert "No coupons yet." in said
    assert "Give a goodwill coupon" in said


def test_only_a_refusal_or_failure_alert_carries_references():
    html = render_to_string("components/alert.html", {"text": "Done.", "reference": "LC-7F3K-92QD-M4XA"})
    assert "LC-" not in html
    with_ref = render_to_string(
        "components/alert.html", {"text": "No.", "ref": "LC-7F3K-92QD-M4XA", "code": "807"}
    )
    assert "Code 807" in words(with_ref)
    assert "LC-7F3K-92QD-M4XA" in with_ref


def test_text_from_outside_is_never_markup():
    for name in ("alert", "toast", "empty"):
        html = render_to_string(f"components/{name}.html", {"text": "<script>alert(1)</script>"})
        assert "<script>" not in html


def test_the_current_tab_is_marked_and_tabs_are_links():
    tabs = [
        SimpleNamespace(label="Overview", url="/a", current=True),
        SimpleNamespace(label="Notes", url="/b", count=4),
    ]
    html = render_to_string("components/tabs.html", {"tabs": tabs, "label": "Customer"})
    assert len(re.findall(r"<a [^>]*href=", html)) == 2
    assert html.count('aria-current="page"') == 1
    assert re.search(r'href="/b"\s+data-key="2"', " ".join(html.split()))


def test_pagination_shows_only_the_ways_there_are():
    html = render_to_string(
        "components/pagination.html", {"summary": "50 shown, newest first.", "older_url": "?after=9"}
    )
    assert "Older" in html
    assert "Newer" not in html


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf", "errors/422", "errors/503"])
def test_error_pages_stand_on_their_own(name, reference):
    html = render_to_string(f"{name}.html")
    assert html.count("<h1") == 1
    assert reference in html
    assert "!" not in strip_tags(html.split("<body")[1])
    assert "Traceback" not in html


def test_an_error_reads_the_same_as_page_and_as_fragment(reference):
    error = Unavailable(
        "Capillary does not answer.", next_step="Try again in a minute.", code="E1", request_id="r-77"
    )
    page = render_to_string("errors/error.html", {"error": error})
    fragment = render_to_string("errors/_error.html", {"error": error})
    assert "<html" in page
    assert "<html" not in fragment
    assert 'role="alert"' in fragment
    for html in (page, fragment):
        for part in ("Capillary does not answer.", "Try again in a minute.", "E1", "r-77", reference):
            assert part in html
