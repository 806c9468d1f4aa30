"""What was taken from outside is recorded, unchanged and complete."""

import io
import json
import tarfile

import pytest

from console import vendor
from console.vendor import HOUSE, ICON_NAMES, PACKAGES, RECORD, digest


def recorded():
    return json.loads(RECORD.read_text(encoding="utf-8"))


def test_every_vendored_file_has_the_recorded_hash():
    wrong = [
        path
        for package in recorded()
        for path, sha256 in package["files"].items()
        if digest(HOUSE / path) != sha256
    ]
    assert wrong == []


def test_the_record_names_the_wanted_versions_and_licences():
    wanted = [(package.name, package.version, package.licence) for package in PACKAGES]
    assert [(each["name"], each["version"], each["licence"]) for each in recorded()] == wanted


def test_no_file_lies_there_unrecorded():
    known = {path for package in recorded() for path in package["files"]}
    there = [*(HOUSE / "static/vendor").rglob("*.*"), *(HOUSE / "templates/components/icons").glob("*")]
    unknown = {str(path.relative_to(HOUSE)) for path in there if path.is_file()} - known
    assert unknown == {"static/vendor/VERSIONS.json"}


def test_tabler_says_the_version_it_was_recorded_with():
    head = (HOUSE / "static/vendor/tabler/tabler.min.css").read_text(encoding="utf-8")[:200]
    version = next(package.version for package in PACKAGES if package.name == "@tabler/core")
    assert f"Tabler v{version}" in head


def test_icon_names_are_sorted_and_unique():
    assert sorted(set(ICON_NAMES)) == ICON_NAMES


@pytest.mark.parametrize(
    ("packed", "kept"),
    [
        (b"a{b:c}\n/*# sourceMappingURL=a.css.map */", b"a{b:c}\n"),
        (b"a{b:c}/* plain */", b"a{b:c}/* plain */"),
        (bytes(range(256)), bytes(range(256))),
    ],
)
def test_files_are_taken_as_they_are_but_for_the_pointer_to_a_source_map(tmp_path, packed, kept):
    archive = tmp_path / "some.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("package/dist/a.css")
        info.size = len(packed)
        tar.addfile(info, io.BytesIO(packed))
    with tarfile.open(archive) as tar:
        vendor.write(tar, "package/dist/a.css", tmp_path / "new/a.css")
    assert (tmp_path / "new/a.css").read_bytes() == kept
