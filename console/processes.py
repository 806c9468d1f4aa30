"""The four processes of the embedded way to run, and how they are started and stopped together."""

import os
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from honcho import manager as honcho_manager
from honcho.manager import Manager
from honcho.printer import Message

PYTHON = shlex.quote(sys.executable)
# Threads: the signal that ends the group would kill forked children in the middle of a task.
# Two more than work on long work at once (CONSOLE_WORK_AT_ONCE): sweeps must not wait behind it.
THREADS = "--pool threads --concurrency 6"
# A worker finishes its task first; honcho's own patience of 5 s is a little short for that.
STOP_WITHIN_SECONDS = 20


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody uses at any address of this machine's own."""
    for port in range(wanted, wanted + 50):
        if all(can_bind(host, port) for host in own_addresses()):
            return port
    raise SystemExit(f"No free port between {wanted} and {wanted + 49}.")


def own_addresses() -> list[str]:
    """What `localhost` may mean here: IPv4, and IPv6 where the machine has it."""
    return [host for host in ("127.0.0.1", "::1") if can_bind(host, 0)]


def can_bind(host: str, port: int) -> bool:
    """Whether a server can take this port there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with suppress(OSError), socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Refuse a second start from the same folder: two would fight over one database and one broker."""
    with (var / "run.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except OSError:
            raise SystemExit(
                "The console already runs from this folder. Stop it there with Ctrl-C."
            ) from None
        yield


def commands(web: str, sandbox: str, var: Path) -> dict[str, str]:
    """Process name → shell command; without an address there is no sandbox to start."""
    # No control socket: it would live in the home folder and two instances would share it. Keep-alive is longer
    # than the client's pool keeps an idle connection: a connection closed while a write leaves looks like a fault.
    gunicorn = (
        f"{PYTHON} -m gunicorn --access-logfile /dev/null --graceful-timeout 3"
        " --no-control-socket --keep-alive 75"
    )
    celery = f"{PYTHON} -m celery -A console"
    # People open it as localhost, where browsers make passkeys, and that may be either address.
    port = urlsplit(web).port
    binds = " ".join(
        f"-b [{host}]:{port}" if ":" in host else f"-b {host}:{port}" for host in own_addresses()
    )
    schedule = shlex.quote(str(var / "beat-schedule"))
    lines = {
        "web": f"exec {gunicorn} --worker-class console.serving.Worker {binds}"
        " --workers 2 --threads 8 console.wsgi:application",
        "worker": kept_up(f"{celery} worker --loglevel WARNING {THREADS} --without-gossip --without-mingle"),
        "beat": kept_up(f"{celery} beat --loglevel WARNING --schedule {schedule} --pidfile="),
    }
    if sandbox:
        # One process: its faults and switches live in memory.
        lines["sandbox"] = (
            f"exec {gunicorn} --worker-class gthread -b {urlsplit(sandbox).netloc}"
            " --threads 16 apps.sandbox.wsgi:application"
        )
    return lines


def kept_up(line: str) -> str:
    """Start it again when it dies: rows are the truth, and nobody at a page should notice. SIGTERM ends both."""
    return f"trap 'exit 0' TERM INT HUP; while :; do {line}; sleep 1; done"


class ToFiles:
    """Sends each process's output to its own log file; the terminal keeps only what a person must see."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.width = 0
        self._files: dict[str, IO[str]] = {}

    def write(self, message: Message) -> None:
        text = (
            message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else str(message.data)
        )
        if message.name == "system":
            if "stopped" in text and "rc=" in text:
                print(f"  {text.strip()}", flush=True)
            return
        self._file(message.name).write(text if text.endswith("\n") else text + "\n")
        self._file(message.name).flush()

    def _file(self, name: str) -> IO[str]:
        if name not in self._files:
            self._files[name] = (self.folder / f"{name}.log").open("a", encoding="utf-8")
        return self._files[name]


def manager(lines: dict[str, str], log_folder: Path, root: Path) -> Manager:
    """All processes under one manager: when one ends, or on Ctrl-C, all of them end."""
    honcho_manager.KILL_WAIT = STOP_WITHIN_SECONDS
    together = Manager(ToFiles(log_folder))
    for name, line in lines.items():
        together.add_process(name, line, env=dict(os.environ), cwd=str(root))
    return together
