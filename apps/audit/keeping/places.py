"""Many places of the log in few bytes: gaps and lengths of runs, each as a varint, deflated."""

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """A set of places as runs (first, one behind the last), in their order."""

    runs: tuple[Run, ...]

    @classmethod
    def of(cls, places: Iterable[int]) -> "Places":
        """From places that only rise."""
        runs: list[Run] = []
        for place in places:
            if runs and place == runs[-1][1]:
                runs[-1] = (runs[-1][0], place + 1)
            elif runs and place < runs[-1][1]:
                raise ValueError("The places do not rise.")
            else:
                runs.append((place, place + 1))
        return cls(tuple(runs))

    @classmethod
    def read(cls, kept: bytes) -> "Places":
        """From what `kept` gave. Raises: ValueError when it is none of ours"""
        try:
            numbers = list(_numbers(zlib.decompress(kept)))
        except zlib.error:
            raise ValueError("The places cannot be read.") from None
        if len(numbers) % 2:
            raise ValueError("The places cannot be read.")
        runs, at = [], 0
        for gap, length in zip(numbers[::2], numbers[1::2], strict=True):
            runs.append((at + gap, at + gap + length))
            at += gap + length
        return cls(tuple(runs))

    @property
    def kept(self) -> bytes:
        """For the database."""
        found, at = bytearray(), 0
        for first, end in self.runs:
            found += _varint(first - at) + _varint(end - first)
            at = end
        return zlib.compress(bytes(found), 9)

    def between(self, start: int, end: int) -> Iterator[int]:
        """Those from start to end (not included)."""
        at = max(0, bisect_right(self.runs, (start, 1 << 63)) - 1)
        for first, behind in self.runs[at:]:
            if first >= end:
                return
            yield from range(max(first, start), min(behind, end))

    def __iter__(self) -> Iterator[int]:
        for first, end in self.runs:
            yield from range(first, end)

    def __len__(self) -> int:
        return sum(end - first for first, end in self.runs)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for one in data:
        number |= (one & 0x7F) << shift
        shift += 7
        if not one & 0x80:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("The places cannot be read.")
