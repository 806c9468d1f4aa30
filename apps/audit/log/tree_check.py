"""Checks the tree: leaves without gaps, every stored node and the root of every checkpoint recomputed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Max, Min

from apps.audit.log.findings import Finding
from apps.audit.log.merkle import Frontier
from apps.audit.models import Checkpoint, Leaf, Node

PAGE = 20_000


@dataclass(slots=True)
class TreeCheck:
    """How far the log is checked: the frontier there."""

    frontier: Frontier = field(default_factory=Frontier)

    def page(self, size: int) -> list[Finding]:
        """Check the next leaves of a log of this size, with the nodes and checkpoints they complete."""
        start = self.frontier.size
        end = min(start + PAGE, size)
        rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
        points = {one.size: one for one in Checkpoint.objects.filter(size__gt=start, size__lte=end)}
        nodes = _nodes(start, end)
        found: list[Finding] = []
        for index, leaf in rows.values_list("index", "hash"):
            if index != self.frontier.size:
                break
            for level, place, made in self.frontier.append(bytes(leaf)):
                if nodes.pop((level, place), b"") != made:
                    found.append(
                        Finding(f"the stored node {level}/{place} does not fit the leaves", index=index)
                    )
            if point := points.get(self.frontier.size):
                found += self._root(point)
        if self.frontier.size < end:
            found.append(Finding("a leaf of the log is missing", index=self.frontier.size))
        return found

    def _root(self, point: Checkpoint) -> Iterator[Finding]:
        root = self.frontier.root()
        if bytes(point.root) != root:
            yield Finding(
                f"the root of the checkpoint at {point.size} does not fit the leaves", index=point.size
            )
        elif bytes(point.frontier) != self.frontier.kept:
            yield Finding(f"the frontier of the checkpoint at {point.size} was changed", index=point.size)


def check_strays() -> Iterator[Finding]:
    """Nodes that stand over leaves the log does not have: they would be in the way of those to come."""
    rows = list(
        Node.objects.values("level").annotate(first=Min("index"), last=Max("index")).order_by("level")
    )
    # Counted afterwards, as the log may grow meanwhile.
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    size = 0 if last is None else last + 1
    for row in rows:
        level = row["level"]
        if level < 1 or row["first"] < 0 or row["last"] >= size >> 8 * level:
            yield Finding(f"a stored node {level}/{row['last']} stands over nothing")


def _nodes(start: int, end: int) -> dict[tuple[int, int], bytes]:
    """The stored nodes that leaves start … end complete."""
    found: dict[tuple[int, int], bytes] = {}
    level = 1
    while end >> 8 * level:
        rows = Node.objects.filter(level=level, index__gte=start >> 8 * level, index__lt=end >> 8 * level)
        found |= {(level, index): bytes(made) for index, made in rows.values_list("index", "hash")}
        level += 1
    return found
