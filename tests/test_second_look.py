"""What `make lint` asks beside the linters: bandit, and the list of known weaknesses."""

from tests.support import advisories
from tests.support.advisories import judged
from tests.support.second_look import explained

FINE = {"name": "idna", "version": "3.20", "vulns": []}
WEAK = {"name": "six", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "vine", "skip_reason": "Dependency not found"}


def test_without_a_registry_that_knows_it_is_skipped_in_words_and_fails_nothing():
    for told in ("no answer within 90 seconds", [UNKNOWN, UNKNOWN], []):
        lines, weak = judged(told)
        assert "SKIPPED, no advisory data reachable" in lines[-1]
        assert not weak


def test_a_known_weakness_fails_and_names_what_mends_it():
    lines, weak = judged([FINE, WEAK, UNKNOWN])
    assert weak
    assert lines[0] == "six 1.0: PYSEC-1, mended in 1.1"
    assert lines[1:] == [
        "pip-audit: 2 packages looked up, 1 with known weaknesses.",
        "pip-audit: no advisory data reachable for vine.",
    ]


def test_a_registry_that_never_answers_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(advisories, "MOST_SECONDS", 0.01)
    assert "no answer" in advisories.asked()


def test_a_line_that_names_its_rule_is_explained_and_no_other(tmp_path):
    (tmp_path / "one.py").write_text("eval(x)  # noqa: S307 why\neval(x)\nmark_safe(x)  # noqa: E501, S308\n")
    found = {"filename": "one.py", "test_id": "B307", "line_range": []}
    assert explained(found | {"line_number": 1}, tmp_path)
    assert not explained(found | {"line_number": 2}, tmp_path)
    assert explained(found | {"line_number": 3, "test_id": "B703"}, tmp_path)
