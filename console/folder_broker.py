"""Celery's folder transport, made safe for several processes: a message appears whole, and one process takes it.

The original writes a message under its final name (another process may read half of it, and dies of that), and
moves what it takes into the machine's folder for temporary files.
"""

import fcntl
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger("console.broker")


class Channel(filesystem.Channel):
    """Files are written beside their place and renamed; those that begin with a dot are nobody's yet."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder, taken = Path(self.data_folder_in), Path(self.processed_folder)
        for name in sorted(one.name for one in folder.iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = taken / name
            try:
                (folder / name).rename(mine)
            except FileNotFoundError:
                continue
            text = mine.read_text(encoding="utf-8")
            mine.unlink()
            try:
                return loads(text)
            except ValueError:
                log.warning("A message in the broker's folder cannot be read and is left out.")
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        """Which queues belong to an exchange."""
        try:
            text = self._file(exchange).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*one) for one in loads(text)]

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            known = self.get_table(exchange)
            if bound not in known:
                write_whole(self._file(exchange), dumps([bound, *known]))

    def _file(self, exchange: str) -> Path:
        """Raises ChannelError for a name that leads elsewhere."""
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]  # the stubs do not know it

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """As the original, with the safe channel."""

    Channel = Channel


def write_whole(path: Path, text: str) -> None:
    """The file is there with all of its content, or not at all."""
    beside = path.with_name(f".{uuid.uuid4()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def install() -> None:
    """From now on ``filesystem://`` means this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
