"""The log as it is stored, read in tiles of 256 hashes."""

from apps.audit.log.merkle import TILE, Tree
from apps.audit.models import Checkpoint, Leaf, Node


def stored_tile(level: int, tile: int) -> list[bytes]:
    """The hashes of one tile in their order, as far as there are any."""
    first = tile * TILE
    if level == 0:
        leaves = Leaf.objects.filter(index__gte=first, index__lt=first + TILE).order_by("index")
        return [bytes(one) for one in leaves.values_list("hash", flat=True)]
    nodes = Node.objects.filter(level=level, index__gte=first, index__lt=first + TILE).order_by("index")
    return [bytes(one) for one in nodes.values_list("hash", flat=True)]


def tree_at(size: int) -> Tree:
    """The log at this size, for proofs."""
    return Tree(size, stored_tile)


def last_checkpoint() -> Checkpoint | None:
    """The newest checkpoint; None while nothing was ever sealed."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_over(index: int) -> Checkpoint | None:
    """The first checkpoint that holds the leaf at this place."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()
