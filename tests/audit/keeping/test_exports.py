"""An export with proofs of a time from which some entries have left for archives."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.keeping import files
from apps.audit.models import Archive, Entry
from tests.operations.export_help import Proved
from tests.support.trail import without_triggers


@pytest.fixture
def proved(auditor, tmp_path):
    return Proved(Actor(user_id=auditor.pk, name=auditor.name, role="Auditor"), auditor, tmp_path)


@pytest.fixture
def archived(house):
    """Three calls of today in an archive, acts around and between them in the database."""
    for values in ({"acts": 1}, {"calls": 1}, {"acts": 1}, {"calls": 2}, {"acts": 1}):
        house.write(at=timezone.now(), **values)
    with house.at(timezone.now() + timedelta(days=500)):
        house.keep(2)
    return Archive.objects.get()


def test_what_an_archive_holds_is_named_with_it_and_the_file_is_complete(archived, proved):
    lines = proved.lines(proved.made())
    kinds = [json.loads(line)["kind"] for line in lines[1:-1]]
    assert kinds.count("archived") == 6
    footer = json.loads(lines[-1])
    assert (footer["entries"], footer["gone"]) == (len(kinds), 0)
    status, said = proved.check(lines)
    assert status == 0, said
    assert f"6 of them are in the archive {archived.name}, SHA-256 {archived.sha256}" in said
    assert "none missing" in said
    assert proved.check([(files.folder() / archived.name).read_bytes()])[0] == 0


def test_what_no_archive_holds_is_still_wrong(archived, proved):
    with without_triggers():
        Entry.objects.filter(action="customer.revealed").order_by("id")[1].delete()
    status, said = proved.check(proved.lines(proved.made()))
    assert status == 1
    assert "its content is not there any more, nor in an archive" in said


def test_another_place_cannot_be_called_archived(archived, proved):
    lines = proved.lines(proved.made())
    number = next(at for at, line in enumerate(lines) if b'"kind":"archived"' in line)
    told = json.loads(lines[number])
    other = next(json.loads(line) for line in lines[number + 1 : -1] if b'"kind":"archived"' in line)
    told["leaf"] = other["leaf"]
    lines[number] = json.dumps(told).encode() + b"\n"
    status, said = proved.check(lines)
    assert status == 1
    assert "it is not what was sealed at this place" in said
