"""A file of JSON lines: exactly what was sealed, with its place and leaf hash.

The file is opened for each batch, so whoever rotates it only has to move it away. Lines are only ever added.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.audit.streaming.records import Record
from apps.audit.streaming.sink import SinkAway

MODE = 0o640


@dataclass(frozen=True)
class FileSink:
    """`path` is on the machine of whichever worker sends."""

    path: Path
    name: str = "file"
    at_once: int = 1_000

    def take(self, records: Sequence[Record]) -> None:
        """On the disk when it returns. Raises: SinkAway"""
        data = b"".join(line(one) for one in records)
        try:
            self._append(data)
        except OSError as error:
            raise SinkAway(error.strerror or type(error).__name__) from None

    def _append(self, data: bytes) -> None:
        while True:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, MODE)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_there(file):
                    _write(file, data)
                    return
            finally:
                os.close(file)

    def _is_there(self, file: int) -> bool:
        """False when it was moved away between being opened and being ours."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        ours = os.fstat(file)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def line(record: Record) -> bytes:
    """One object a line. The last member, `content`, is the sealed bytes to the letter, or null with `wrong`."""
    head = {"place": record.place, "entry": record.entry_id, "leaf": record.leaf.hex()}
    if record.wrong:
        head["wrong"] = record.wrong
    told = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    return told[:-1] + b',"content":' + (record.payload or b"null") + b"}\n"


def _write(file: int, data: bytes) -> None:
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        # A line that broke off, by a crash or a full disk: it is ended, and comes again as a whole.
        data = b"\n" + data
    while data:
        data = data[os.write(file, data) :]
    os.fsync(file)
