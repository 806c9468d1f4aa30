"""The threads of this process in which calls of one click run side by side: reserved first, then used."""

import contextvars
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
POOL_THREADS = 32
# How long a call may wait for a thread before it counts as not sent.
THREAD_WAIT_SECONDS = 5.0


class Pool:
    """A fixed number of threads. Work is only handed over with a thread reserved for it, so it starts at once."""

    def __init__(self, threads: int = POOL_THREADS) -> None:
        self._free = threading.BoundedSemaphore(threads)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="capillary")

    def reserve(self, most: int, *, wait_seconds: float) -> int:
        """Reserve up to `most` threads: waits for the first, takes what is free beyond it. 0 when none came."""
        if most < 1 or not self._free.acquire(timeout=max(0.0, wait_seconds)):
            return 0
        taken = 1
        while taken < most and self._free.acquire(blocking=False):
            taken += 1
        return taken

    def give_back(self, count: int) -> None:
        """Threads that were reserved and are not needed."""
        if count:
            self._free.release(count)

    def start(self, work: Callable[[], T]) -> "Future[T]":
        """Run `work` in a thread reserved before, with a copy of the context: the click's reference goes along."""
        context = contextvars.copy_context()
        return self._threads.submit(self._run, context, work)

    def _run(self, context: contextvars.Context, work: Callable[[], T]) -> T:
        try:
            return context.run(work)
        finally:
            self._free.release()


class Patience:
    """How long one batch waits for threads: anew for each that came, and never past its own end."""

    def __init__(self, ends_in_seconds: float | None) -> None:
        self._ends_at = float("inf") if ends_in_seconds is None else time.monotonic() + ends_in_seconds

    def seconds(self) -> float:
        """For the next thread."""
        return min(THREAD_WAIT_SECONDS, self._ends_at - time.monotonic())


_pools: list[Pool] = []
_guard = threading.Lock()


def pool() -> Pool:
    """The pool of this process, made at the first need; a forked child makes its own."""
    with _guard:
        if not _pools:
            _pools.append(Pool())
        return _pools[0]


os.register_at_fork(after_in_child=_pools.clear)
