"""Exports of the trail: asked for, made by workers called by hand, fetched, and checked in another process."""

import json
import subprocess
import sys
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from apps.operations.exporting import export as whole
from apps.operations.work import services
from apps.operations.work.looking import look

PROGRAM = Path(__file__).parents[2] / "apps" / "audit" / "verify_export.py"


def finished(operation, turns=50):
    """Workers look until there is nothing to do."""
    for _turn in range(turns):
        chunk = operation.chunks.filter(state="waiting").order_by("pk").first()
        if chunk is None:
            break
        look(chunk.pk)
    operation.refresh_from_db()
    return operation


class Proved:
    """The auditor's exports with proofs, and the program that checks them."""

    def __init__(self, actor, user, folder):
        self.actor, self.user, self.folder = actor, user, folder

    def ask(self, **more):
        given = {"from": timezone.localdate().isoformat(), "reason": "Quarterly review", "form": "jsonl"}
        return services.start(
            actor=self.actor, user=self.user, kind="trail_export", parameters={**given, **more}
        )

    def made(self, **more):
        operation = finished(self.ask(**more))
        assert operation.state == "done"
        return operation

    def whole(self, operation):
        """What the page says of the file."""
        return operation.made.get(name=f"{operation.number}.{operation.parameters['form']}")

    def lines(self, operation):
        return b"".join(whole(operation)).splitlines(keepends=True)

    def check(self, lines, *arguments):
        """(status, what it said); the program runs alone, without our modules or environment."""
        file = self.folder / "export.jsonl"
        file.write_bytes(b"".join(lines))
        return self.program(str(file), *arguments)

    def program(self, *arguments):
        command = [sys.executable, "-I", str(PROGRAM), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, env={}, check=False)
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    def note(self, text):
        """A kept checkpoint as a file."""
        file = self.folder / "note.txt"
        file.write_text(text)
        return str(file)


def fetched(client, operation):
    """As a browser gets it."""
    answer = client.get(reverse("operations:operation_export", args=[operation.pk]))
    assert answer.status_code == 200
    return answer, b"".join(answer.streaming_content)


def changed(line, **values):
    """A line with other values, written as the console writes."""
    told = {**json.loads(line), **values}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
