"""Fetches the outside files the pages need (Tabler, Inter, htmx, icons) and records what was taken.

Run by ``make vendor``. Packages come through the ordinary npm client, by name and exact version, so
that a changed file shows up as a changed hash in static/vendor/VERSIONS.json.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
RECORD = HOUSE / "static/vendor/VERSIONS.json"
ICONS = HOUSE / "templates/components/icons"
SOURCE_MAP = re.compile(rb"\s*/\*# sourceMappingURL=.*?\*/\s*\Z")


@dataclass(frozen=True)
class Package:
    """One package of the npm registry and the files taken from it (path inside -> path here)."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


# Outline icons by Tabler's name. Add a name, run ``make vendor``, use {% icon "name" %}.
ICON_NAMES = [
    "activity",
    "adjustments",
    "alert-circle",
    "alert-triangle",
    "arrow-back-up",
    "arrow-narrow-right",
    "at",
    "bell",
    "building-store",
    "calendar",
    "certificate",
    "checks",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "circle-dashed",
    "circle-x",
    "clock",
    "coin",
    "coins",
    "command",
    "copy",
    "database",
    "device-desktop",
    "download",
    "eye",
    "eye-off",
    "filter",
    "flag",
    "gift",
    "hash",
    "history",
    "hourglass",
    "id",
    "info-circle",
    "keyboard",
    "layout-dashboard",
    "list-check",
    "lock",
    "lock-check",
    "logout",
    "mail",
    "menu-2",
    "moon",
    "note",
    "phone",
    "player-pause",
    "player-play",
    "plug-connected",
    "plug-connected-x",
    "plus",
    "refresh",
    "rotate",
    "scale",
    "school",
    "search",
    "send",
    "share-3",
    "shield-check",
    "shield-x",
    "shopping-bag",
    "stack-2",
    "star",
    "sun",
    "ticket",
    "user",
    "user-check",
    "user-plus",
    "user-search",
    "user-shield",
    "users",
    "world",
    "x",
]

PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "MIT",
        {"dist/css/tabler.min.css": "static/vendor/tabler/tabler.min.css"},
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "static/vendor/inter/inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "static/vendor/inter/inter-latin-ext.woff2",
            "LICENSE": "static/vendor/inter/LICENSE.txt",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": "static/vendor/htmx/htmx.min.js"},
    ),
    Package(
        "@tabler/icons",
        "3.51.0",
        "MIT",
        {f"icons/outline/{name}.svg": f"templates/components/icons/{name}.svg" for name in ICON_NAMES},
    ),
)


def main() -> int:
    """Fetch every package, replace the vendored files and write the record."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm is needed to fetch the vendored files. Install Node.js first.\n")
        return 1
    shutil.rmtree(ICONS, ignore_errors=True)
    record = [_take(npm, package) for package in PACKAGES]
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


def digest(path: Path) -> str:
    """SHA-256 of a file, as VERSIONS.json holds it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _take(npm: str, package: Package) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package.name}@{package.version}"
        command = [npm, "pack", "--silent", "--pack-destination", folder, wanted]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 fixed names above
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            for inside, here in package.files.items():
                write(tar, f"package/{inside}", HOUSE / here)
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "files": {here: digest(HOUSE / here) for here in sorted(package.files.values())},
    }


def write(tar: tarfile.TarFile, inside: str, target: Path) -> None:
    """Take one file out of a package; FileNotFoundError when the package does not hold it as a file."""
    stream = tar.extractfile(inside)
    if stream is None:
        raise FileNotFoundError(inside)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The source map is not shipped, and a manifest storage refuses a pointer to a missing file.
    target.write_bytes(SOURCE_MAP.sub(b"\n", stream.read()))


if __name__ == "__main__":
    sys.exit(main())
