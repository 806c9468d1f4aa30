"""Asks for known weaknesses of all locked packages; a registry that knows none says so and holds nobody up."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")
ANSWER_SECONDS = "5"
MOST_SECONDS = 90


def asked(files: Iterable[str] = FILES) -> list[dict] | str:
    """What pip-audit read of every package, or why it read nothing. Nothing is installed or resolved."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", "--desc", "off", "--timeout", ANSWER_SECONDS]
    for name in files:
        command += ["-r", name]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
        told: list[dict] = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return f"no answer within {MOST_SECONDS} seconds"
    except ValueError:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing was answered"
    return told


def judged(told: list[dict] | str) -> tuple[list[str], bool]:
    """Lines to print, and whether a weakness is known. No data is no finding, and never looks like an all-clear."""
    if isinstance(told, str):
        return [f"pip-audit: SKIPPED, no advisory data reachable: {told}."], False
    unknown = [one["name"] for one in told if "skip_reason" in one]
    weak = [one for one in told if one.get("vulns")]
    lines = [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'none'}"
        for one in weak
        for weakness in one["vulns"]
    ]
    if len(unknown) == len(told):
        lines.append(f"pip-audit: SKIPPED, no advisory data reachable for any of {len(told)} packages.")
    else:
        lines.append(
            f"pip-audit: {len(told) - len(unknown)} packages looked up, {len(weak)} with known weaknesses."
        )
        if unknown:
            lines.append(f"pip-audit: no advisory data reachable for {', '.join(unknown)}.")
    return lines, bool(weak)


if __name__ == "__main__":
    lines, weak = judged(asked())
    print("\n".join(lines))
    sys.exit(weak)
