"""The tree against the published vectors, and against another implementation of the same RFC."""

import hashlib
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from apps.audit.hashing import leaf_hash
from apps.audit.log.merkle import (
    EMPTY,
    TILE,
    Frontier,
    Tree,
    holds_consistency,
    holds_inclusion,
    root_of,
)

# Source: the reference tree of the certificate-transparency project, cpp/merkletree/merkle_tree_test.cc.
LEAVES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): "",
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    (0, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (5, 8): """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (6, 7): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
}
CONSISTENCY = {
    (1, 1): "",
    (1, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (2, 5): """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    (3, 7): """0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7
        07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7
        fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
        837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e""",
    (4, 8): "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    (6, 8): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
}


BIG = 1_100
LARGE = (32_768, 65_280, 65_535, 65_536, 65_537)


class Kept:
    """A log in memory: leaves, and the tile nodes that `Frontier.append` hands out."""

    def __init__(self, leaves):
        self.levels = {0: list(leaves)}
        frontier = Frontier()
        self.roots = {0: EMPTY}
        for leaf in self.levels[0]:
            for level, index, made in frontier.append(leaf):
                nodes = self.levels.setdefault(level, [])
                assert len(nodes) == index
                nodes.append(made)
            if frontier.size <= BIG or frontier.size in LARGE:
                self.roots[frontier.size] = frontier.root()
                assert Frontier.read(frontier.size, frontier.kept) == frontier

    def tiles(self, level, tile):
        return self.levels.get(level, [])[tile * TILE : (tile + 1) * TILE]

    def tree(self, size):
        return Tree(size, self.tiles)


def data(index):
    return b"entry %d" % index


@cache
def log(size):
    """Our log and pymerkle's over the same entries."""
    theirs = InmemoryTree()
    for index in range(size):
        theirs.append_entry(data(index))
    return Kept(leaf_hash(data(index)) for index in range(size)), theirs


# Around the ends of tiles of 256, and powers of two between.
edges = st.sampled_from([1, 2, 3, 127, 128, 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025, BIG])
sizes = edges | st.integers(1, BIG)


@st.composite
def places(draw):
    """(size, index in it)."""
    size = draw(sizes)
    return size, draw(st.sampled_from([0, size // 2, size - 1]) | st.integers(0, size - 1))


@st.composite
def growths(draw):
    """(old size, new size)."""
    one, other = draw(sizes), draw(sizes)
    return min(one, other), max(one, other)


def subproof(old, start, end, *, whole):
    """SUBPROOF as RFC 9162, 2.1.4.1 writes it, over hashes of the other implementation."""
    theirs = log(BIG)[1]
    if old == end:
        return [] if whole else [theirs._get_root(start, end)]
    half = 1
    while half * 2 < end - start:
        half *= 2
    middle = start + half
    if old <= middle:
        return [*subproof(old, start, middle, whole=whole), theirs._get_root(middle, end)]
    return [*subproof(old, middle, end, whole=False), theirs._get_root(start, middle)]


def split(text):
    return [bytes.fromhex(one) for one in text.split()]


def test_the_published_roots():
    hashes = [leaf_hash(one) for one in LEAVES]
    for size, root in enumerate(ROOTS):
        assert root_of(hashes[:size]).hex() == root
        assert Kept(hashes).tree(size).root().hex() == root


@pytest.mark.parametrize(("place", "proof"), INCLUSION.items())
def test_the_published_inclusion_proofs(place, proof):
    index, size = place
    hashes = [leaf_hash(one) for one in LEAVES]
    assert Kept(hashes).tree(size).inclusion(index) == split(proof)
    assert holds_inclusion(hashes[index], index, size, split(proof), bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_the_published_consistency_proofs(sizes, proof):
    old, new = sizes
    assert Kept(leaf_hash(one) for one in LEAVES).tree(new).consistency(old) == split(proof)
    roots = [bytes.fromhex(one) for one in ROOTS]
    assert holds_consistency(old, new, roots[old], roots[new], split(proof))


@given(sizes)
@example(256)
def test_roots_are_those_of_another_implementation(size):
    ours, theirs = log(BIG)
    assert ours.roots[size] == ours.tree(size).root() == theirs.get_root(size)


@given(places())
def test_inclusion_proofs_are_those_of_another_implementation(place):
    size, index = place
    ours, theirs = log(BIG)
    proof = ours.tree(size).inclusion(index)
    # Theirs begins with the leaf itself.
    assert [ours.levels[0][index], *proof] == theirs.prove_inclusion(index + 1, size).path
    assert holds_inclusion(ours.levels[0][index], index, size, proof, ours.roots[size])


@given(growths())
def test_consistency_proofs_are_those_of_the_rfc_and_hold_for_another_implementation(growth):
    old, new = growth
    ours, theirs = log(BIG)
    proof = ours.tree(new).consistency(old)
    # Theirs has another form of the same proof, which must lead to our roots.
    theirs.prove_consistency(old, new).verify(ours.roots[old], ours.roots[new], old, new)
    assert proof == subproof(old, 0, new, whole=True)
    assert holds_consistency(old, new, ours.roots[old], ours.roots[new], proof)


@given(places(), st.data())
def test_a_changed_inclusion_proof_is_refused(place, draw):
    size, index = place
    ours, _ = log(BIG)
    leaf, root = ours.levels[0][index], ours.roots[size]
    proof = ours.tree(size).inclusion(index)
    other = draw.draw(st.integers(-1, size + 1).filter(lambda one: one != index))
    assert not holds_inclusion(leaf, other, size, proof, root)
    larger = draw.draw(st.integers(0, BIG).filter(lambda one: one != size))
    assert not holds_inclusion(leaf, index, larger, proof, ours.roots[larger])
    assert not holds_inclusion(flipped(draw, leaf), index, size, proof, root)
    assert not holds_inclusion(leaf, index, size, proof, flipped(draw, root))
    for changed in changes(draw, proof):
        assert not holds_inclusion(leaf, index, size, changed, root)


@given(growths(), st.data())
def test_a_changed_consistency_proof_is_refused(growth, draw):
    old, new = growth
    ours, _ = log(BIG)
    proof = ours.tree(new).consistency(old)
    roots = ours.roots[old], ours.roots[new]
    assert not holds_consistency(old, new, flipped(draw, roots[0]), roots[1], proof)
    assert not holds_consistency(old, new, roots[0], flipped(draw, roots[1]), proof)
    other = draw.draw(st.integers(0, new).filter(lambda one: one != old))
    assert not holds_consistency(other, new, ours.roots[other], roots[1], proof)
    other = draw.draw(st.integers(old, BIG).filter(lambda one: one != new)) if old < BIG - 1 else None
    if other:
        assert not holds_consistency(old, other, roots[0], ours.roots[other], proof)
    for changed in changes(draw, proof):
        assert not holds_consistency(old, new, *roots, changed)


def flipped(draw, value):
    at, bit = draw.draw(st.integers(0, len(value) - 1)), draw.draw(st.integers(0, 7))
    return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]


def changes(draw, proof):
    """One hash more at each end, and of a proof that has any: one less, one flipped, two swapped, one cut short."""
    more = hashlib.sha256(draw.draw(st.binary(max_size=4))).digest()
    yield from ([*proof, more], [more, *proof])
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        yield proof[:at] + proof[at + 1 :]
        yield [*proof[:at], flipped(draw, proof[at]), *proof[at + 1 :]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
    if len(proof) > 1:
        yield [*proof[1:], proof[0]]


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_places_outside_of_the_log_have_no_proof(index):
    with pytest.raises(IndexError):
        log(BIG)[0].tree(5).inclusion(index)
    with pytest.raises(IndexError):
        log(BIG)[0].tree(5).consistency(index if index > 5 else 0 if index == 5 else index)


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        Frontier.read(3, bytes(32))


@pytest.mark.parametrize("size", LARGE[2:])
def test_a_log_with_three_levels_of_tiles(size):
    ours, theirs = log(LARGE[-1])
    assert ours.roots[size] == ours.tree(size).root() == theirs.get_root(size)
    for index in (0, 255, 256, 65_279, 65_280, size - 1):
        proof = ours.tree(size).inclusion(index)
        assert proof == theirs.prove_inclusion(index + 1, size).path[1:]
        assert holds_inclusion(ours.levels[0][index], index, size, proof, ours.roots[size])
    for old in (1, 255, 256, 257, *LARGE[:3]):
        proof = ours.tree(size).consistency(old)
        assert holds_consistency(old, size, ours.roots[old], ours.roots[size], proof)


def test_a_proof_reads_few_tiles():
    ours, _ = log(65_537)
    read = []
    tree = Tree(65_537, lambda level, tile: read.append((level, tile)) or ours.tiles(level, tile))
    tree.inclusion(300)
    assert sorted(read) == [(0, 1), (0, 256), (1, 0)]
