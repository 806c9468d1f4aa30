"""Keeps the names of customers in this room unreadable in the database."""

from apps.core.sealing import Sealer

_sealer = Sealer("console goodwill sealing")
seal = _sealer.seal
unseal = _sealer.unseal
