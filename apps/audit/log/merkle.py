"""The Merkle tree of RFC 9162 (2.1): how hashes are joined, grown and proved. Bytes in, bytes out; no database."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

NODE = b"\x01"
EMPTY = hashlib.sha256(b"").digest()
# A tile holds this many hashes, one level of the stored tree: 2 ** TILE_HEIGHT.
TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
_sha256 = hashlib.sha256


def join(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return _sha256(NODE + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes (32 bytes each), of a whole list at once."""
    frontier = Frontier()
    for one in hashes:
        frontier.append(one)
    return frontier.root()


@dataclass(slots=True)
class Frontier:
    """What a log needs to go on: its size, and the roots of its full subtrees from the largest to the smallest."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, kept: bytes) -> "Frontier":
        """From its size and the roots in one string. Raises ValueError when they do not fit each other."""
        if len(kept) != 32 * size.bit_count():
            raise ValueError("The frontier does not fit the size of the log.")
        return cls(size, [kept[at : at + 32] for at in range(0, len(kept), 32)])

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """One more leaf; returns the (level, index, hash) of every tile node that is full with it."""
        made: list[tuple[int, int, bytes]] = []
        self.roots.append(leaf)
        self.size += 1
        height, full = 0, self.size
        while not full & 1:
            right = self.roots.pop()
            self.roots[-1] = join(self.roots[-1], right)
            height, full = height + 1, full >> 1
            if height % TILE_HEIGHT == 0:
                made.append((height // TILE_HEIGHT, full - 1, self.roots[-1]))
        return made

    def root(self) -> bytes:
        """The root over everything so far; of nothing, the hash of nothing."""
        if not self.roots:
            return EMPTY
        found = self.roots[-1]
        for one in reversed(self.roots[:-1]):
            found = join(one, found)
        return found

    @property
    def kept(self) -> bytes:
        """The roots in one string, 32 bytes each."""
        return b"".join(self.roots)


# (level, tile number) to its hashes, at most 256: level 0 are leaves, level 1 roots over 256 leaves each.
Tiles = Callable[[int, int], list[bytes]]


class Tree:
    """The log at one size, read tile by tile; answers proofs without reading the whole."""

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        self._tiles = tiles
        self._levels: dict[tuple[int, int], list[list[bytes]]] = {}

    def root(self) -> bytes:
        """The root at this size."""
        return self._between(0, self.size) if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The path of a leaf to the root, lowest first. Source: RFC 9162, 2.1.3.1. IndexError outside the log."""
        if not 0 <= index < self.size:
            raise IndexError(f"The log has no place {index}.")
        return list(self._path(index, 0, self.size))

    def consistency(self, old: int) -> list[bytes]:
        """Proof that the log of `old` leaves is the beginning of this one. Source: RFC 9162, 2.1.4.1."""
        if not 0 < old <= self.size:
            raise IndexError(f"The log never had {old} leaves.")
        return list(self._subproof(old, 0, self.size, whole=True)) if old < self.size else []

    def _path(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + _split(end - start)
        if index < middle:
            yield from self._path(index, start, middle)
            yield self._between(middle, end)
        else:
            yield from self._path(index, middle, end)
            yield self._between(start, middle)

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
        if old == end:
            if not whole:
                yield self._between(start, end)
            return
        middle = start + _split(end - start)
        if old <= middle:
            yield from self._subproof(old, start, middle, whole=whole)
            yield self._between(middle, end)
        else:
            yield from self._subproof(old, middle, end, whole=False)
            yield self._between(start, middle)

    def _between(self, start: int, end: int) -> bytes:
        """The hash over leaves start … end; `start` stands where a subtree of that length may stand."""
        length = end - start
        if length & (length - 1) == 0:
            height = length.bit_length() - 1
            return self._full(height, start >> height)
        middle = start + _split(length)
        return join(self._between(start, middle), self._between(middle, end))

    def _full(self, height: int, index: int) -> bytes:
        """The root of a full subtree, from the tile that holds the level below it."""
        level, above = divmod(height, TILE_HEIGHT)
        tile, place = divmod(index << above, TILE)
        levels = self._levels.get((level, tile)) or self._read(level, tile)
        return levels[above][place >> above]

    def _read(self, level: int, tile: int) -> list[list[bytes]]:
        levels = [self._tiles(level, tile)]
        for _height in range(TILE_HEIGHT - 1):
            last = levels[-1]
            levels.append([join(last[at], last[at + 1]) for at in range(0, len(last) - 1, 2)])
        if len(self._levels) > 64:
            self._levels.clear()
        self._levels[level, tile] = levels
        return levels


def _split(length: int) -> int:
    """The largest power of two below a length of two or more."""
    return 1 << (length - 1).bit_length() - 1


def holds_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf to this root. Source: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = join(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = join(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def holds_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the new log begins with the old one. Source: RFC 9162, 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = proof if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = join(one, first), join(one, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = join(second, one)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
