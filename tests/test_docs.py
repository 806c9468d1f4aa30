"""The documentation stays true: every link leads somewhere, every command and setting it names exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
TARGET = re.compile(r"^(?P<name>[a-z]+):", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`|^ {4}(.*)$", re.MULTILINE)
MAKE = re.compile(r"\bmake((?: [\w.=:/@-]+)+)")
COMMAND = re.compile(r"manage\.py (?P<name>[a-z_]+)")
SANDBOX_COMMAND = re.compile(r"-m apps\.sandbox (?P<name>[a-z_]+)")
MODULE = re.compile(r"-m (?P<name>(?:bench|console|apps)\.[a-z_.]+)")
SETTING = re.compile(r"\b(?:CONSOLE|CAPILLARY)_[A-Z_]+\b")
PATH = re.compile(r"`(?P<path>(?:apps|console|tests|static|bench|docs|templates)/[\w./-]*)`")
# Read elsewhere than by the console's settings: name and the file that reads it.
READ_ELSEWHERE = {
    "CONSOLE_PORT": "console/run.py",
    "CONSOLE_TEST_DATABASE_URL": "tests/settings.py",
}
PRIVATE = {
    "a path of one machine": re.compile(r"(?<![\w.:/-])/(?:work|tmp|home|root|mnt|Users)/"),
    "an e-mail address of somebody": re.compile(r"[\w.+-]+@(?!example\.com\b)[\w-]+\.[a-z]{2,}"),
    "a phone number that could be dialled": re.compile(r"\+?91[ -]?[6-9]\d{9}\b"),
    "how it was written": re.compile(
        r"(?i)\b(?:language model|chat ?bot|co-authored-by|generated (?:by|with))\b"
    ),
    "a word left to do": re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b"),
}


def name_of(page):
    return str(page.relative_to(ROOT))


def anchors(text):
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.fixture(params=PAGES, ids=name_of)
def page(request):
    return request.param


@pytest.fixture
def text(page):
    return page.read_text(encoding="utf-8")


def test_every_link_within_the_repository_resolves(page, text):
    broken = []
    for target in (match["target"] for match in LINK.finditer(text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        known = there.exists() and there.is_relative_to(ROOT)
        if not known or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_every_make_target_exists(text):
    known = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    code = (inline or block.partition("  #")[0] for inline, block in CODE.findall(text))
    words = {word for piece in code for found in MAKE.findall(piece) for word in found.split()}
    assert {word for word in words if "=" not in word} - known == set()


def test_every_command_exists(text):
    ours = {match["name"] for match in COMMAND.finditer(text)}
    assert ours - set(get_commands()) == set()


def test_every_command_of_the_sandbox_exists(text):
    known = {"migrate"} | {
        one.stem for one in (ROOT / "apps/sandbox/management/commands").glob("*.py") if one.stem != "__init__"
    }
    assert {match["name"] for match in SANDBOX_COMMAND.finditer(text)} - known == set()


def test_every_module_and_path_exists(text):
    modules = {match["name"].rstrip(".") for match in MODULE.finditer(text)}
    missing = {
        name
        for name in modules
        if not (ROOT / f"{name.replace('.', '/')}.py").exists()
        and not (ROOT / name.replace(".", "/") / "__main__.py").exists()
    }
    paths = {match["path"] for match in PATH.finditer(text)}
    missing |= {path for path in paths if "…" not in path and not (ROOT / path).exists()}
    assert missing == set()


def test_every_setting_is_described(text):
    described = set(SETTING.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    unknown = set(SETTING.findall(text)) - described
    unread = {
        name
        for name in unknown
        if name not in READ_ELSEWHERE or name not in (ROOT / READ_ELSEWHERE[name]).read_text(encoding="utf-8")
    }
    assert unread == set()


@pytest.mark.parametrize("what", PRIVATE)
def test_nothing_private_is_told(text, what):
    assert PRIVATE[what].findall(text) == []


def test_decisions_are_short_dated_and_numbered_without_gaps():
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(one.name[:4]) for one in records] == list(range(1, len(records) + 1))
    for record in records:
        lines = record.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 40, record.name
        assert re.fullmatch(rf"# {int(record.name[:4])}\. \S.*", lines[0]), record.name
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", lines[2]), record.name
        kept = "\n".join(lines)
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in kept, (record.name, part)


def test_pictures_are_used_and_not_heavy():
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in (ROOT / "docs/images").iterdir():
        assert picture.name in told, picture.name
        assert picture.stat().st_size < 250_000, picture.name


def test_the_readme_names_the_demo_as_it_is():
    from apps.staff import demo

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{demo.PASSWORD}`" in readme
    assert [one.email for one in demo.PEOPLE if f"`{one.email}`" not in readme] == []


def test_the_sweeps_operators_read_of_are_the_ones_there_are():
    from apps.operations.sweeps import registered

    page = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE)
    ours = [one.name for one in registered() if one.run.__module__.startswith("apps.")]
    assert sorted(rows) == sorted(ours)
