"""Runs bandit over the code; a line that tells ruff why it is safe (`noqa: S…`) need not tell it twice."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHERE = ("apps", "console")
# Bandit's second name for the same finding.
SAME = {"B703": "S308"}
# Imports are no findings, what is done with them is; ruff looks for passwords without taking field names for them.
LEFT_OUT = ("B404", "B405", "B105", "B106", "B107")
NOQA = re.compile(r"# noqa: (?P<codes>[A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*)")


def explained(found: dict, root: Path = ROOT) -> bool:
    """A line of the finding names its rule."""
    lines = (root / found["filename"]).read_text(encoding="utf-8").splitlines()
    numbers = {found["line_number"], *found["line_range"]}
    rule = SAME.get(found["test_id"], found["test_id"].replace("B", "S", 1))
    told = [NOQA.search(lines[number - 1]) for number in numbers]
    return any(rule in re.split(r", ?", one["codes"]) for one in told if one)


def findings() -> list[dict]:
    """What bandit finds and no line explains; a file it could not read is a finding too."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", *WHERE, "-x", "*/migrations/*", "-f", "json"]
    command += ["--skip", ",".join(LEFT_OUT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    told = json.loads(done.stdout[done.stdout.index("{") :])
    unread = [
        {"test_id": "unread", "line_number": 0, "issue_text": one["reason"], **one} for one in told["errors"]
    ]
    return unread + [one for one in told["results"] if not explained(one)]


if __name__ == "__main__":
    left = findings()
    for one in left:
        print(f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}")
    print(f"bandit: {len(left)} findings in {' and '.join(WHERE)}.")
    sys.exit(bool(left))
