"""A real Chromium against a real console: one browser per worker, a fresh visitor per test.

Every page is watched: a script error, a refused style or script (content security policy), an error
in the console or a request that failed fails the test, unless the test says that it is expected.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

# Playwright keeps an event loop in this thread; Django would take every query of a test for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
# The headless shell draws only when it is looked at: the same engine in half the time.
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or "/usr/bin/chromium"
)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS: tuple[tuple[str, ViewportSize, Literal["light", "dark"]], ...] = (
    ("wide-light", WIDE, "light"),
    ("phone-dark", PHONE, "dark"),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What can differ in another width and look of the same page: the rest is about its elements, which stay.
RULES_OF_A_LOOK = [
    *("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"),
    *("meta-viewport", "landmark-unique", "region", "skip-link", "nested-interactive"),
]
# htmx repeats what the browser has said about the same answer.
REPEATED = ("Response Status Error Code", "htmx:afterRequest", "htmx:sendError")
# Requests that a page leaves behind when it goes elsewhere are no fault.
LEFT_BEHIND = "net::ERR_ABORTED"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Three programs share two processors: once in some thousand visits one of them is late. Whoever fails
            # twice is wrong; whoever fails once stands in the summary.
            item.add_marker(pytest.mark.flaky(reruns=1))


@dataclass
class Watch:
    """What went wrong on the pages of one test, and what the test expects to go wrong."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Say that a fault matching this expression belongs to the test, for instance ``status of 422``."""
        self.expected.append(pattern)

    def on(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script error on {page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))
        page.on("requestfailed", lambda request: self._failed(page, request))

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REPEATED):
            self.found.append(f"{message.type} on {page.url}: {message.text}")

    def _failed(self, page: Page, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self.found.append(f"request failed on {page.url}: {request.url} {request.failure}")

    def unexpected(self) -> list[str]:
        return [fault for fault in self.found if not any(re.search(each, fault) for each in self.expected)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this worker."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"No Chromium at {CHROMIUM}. Install it or name it in CHROMIUM.")
        pytest.skip(f"No Chromium at {CHROMIUM}.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test in the end when a page had a fault nobody expected."""
    watching = Watch()
    yield watching
    assert watching.unexpected() == []


class Visitors:
    """Visitors' browsers of this worker, lent for one test each and used again with nothing of the last one.

    What they keep is the browser's store of style sheets, scripts and fonts, which takes a third of a second to fill.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._kinds: dict[BrowserContext, str] = {}

    def lend(self, **options: Any) -> BrowserContext:
        """One that nobody uses; options as for `Browser.new_context`."""
        kind = repr(sorted(options.items()))
        free = self._free.setdefault(kind, [])
        context = free.pop() if free else self._browser.new_context(**options)
        self._kinds[context] = kind
        return context

    def give_back(self, context: BrowserContext, *, used_up: bool) -> None:
        """Forget the visit; used_up: what the test did to it stays for good, so it is closed."""
        kind = self._kinds.pop(context)
        if used_up:
            context.close()
            return
        # The console keeps nothing in the browser but cookies and what ends with its page.
        for page in context.pages:
            page.close()
        context.clear_cookies()
        self._free[kind].append(context)


@pytest.fixture(scope="session")
def visitors(browser: Browser) -> Visitors:
    """Browsers of their own for visitors."""
    return Visitors(browser)


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, visitors: Visitors, live: str, watch: Watch
) -> Iterator[Callable[..., Page]]:
    """Opens pages as a new visitor: ``open_page(phone=True, dark=True, script=False)``.

    Tests that set the browser's clock are marked ``own_clock``: it cannot be set back.
    """
    contexts: list[BrowserContext] = []

    def open_one(*, phone: bool = False, dark: bool = False, script: bool = True, **options: Any) -> Page:
        context = visitors.lend(
            base_url=live,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            reduced_motion="reduce",
            **({"viewport": PHONE if phone else WIDE} | options),
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        return page

    yield open_one
    for context in contexts:
        visitors.give_back(context, used_up=request.node.get_closest_marker("own_clock") is not None)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A wide, light page of a new visitor."""
    return open_page()


@pytest.fixture
def live(live_server: Any) -> str:
    """The address of a running console with an empty database of its own."""
    return str(live_server.url)


@pytest.fixture
def sign_in(live: str) -> Callable[[Page, Any], None]:
    """``sign_in(page, agent)``: a session for this person, without the detour over the form."""

    def let_in(page: Page, person: Any) -> None:
        client = Client()
        client.force_login(person, backend="apps.staff.backends.RoleBackend")
        session = next(cookie for cookie in client.cookies.values() if "session" in cookie.key)
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": live}])

    return let_in


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """``assert_accessible(page)``: axe finds nothing, and nothing sticks out sideways.

    within  a CSS selector: axe looks only there, which is quicker
    again   the same page was looked at in another look just now: only what a look can change
    """
    axe = Axe()

    def check(page: Page, within: str | None = None, *, again: bool = False) -> None:
        # A page that is still on its way has neither heading nor main.
        page.wait_for_load_state()
        rules = {"type": "rule", "values": RULES_OF_A_LOOK} if again else RULES
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        try:
            found = axe.run(page, context=within, options=options)
        except PlaywrightError:
            # It went to another page just then: that one is meant.
            page.wait_for_load_state()
            found = axe.run(page, context=within, options=options)
        faults = found.response["violations"]
        told = [f"{each['id']}: {node['html'][:200]}" for each in faults for node in each["nodes"]]
        assert told == []
        sticking_out = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sticking_out <= 0, f"{page.url} is {sticking_out} px too wide"

    return check


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """``screenshot(page, "lookup")`` keeps a picture when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep


@pytest.fixture
def look_at(
    assert_accessible: Callable[..., None], screenshot: Callable[[Page, str], None]
) -> Callable[[Page, str], None]:
    """``look_at(page, "lookup")``: axe and a picture wide and light, then on a phone in the dark; then as before.

    One visit serves both looks: walking there again costs more than looking.
    """

    def look(page: Page, name: str, within: str | None = None) -> None:
        before = page.viewport_size or WIDE
        for end, size, scheme in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
            assert_accessible(page, within, again=scheme == "dark")
            screenshot(page, f"{name}-{end}")
        page.set_viewport_size(before)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    return look
