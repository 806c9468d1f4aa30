"""Keeps the names and typed values of this room unreadable in the database."""

from apps.core.sealing import Sealer

_sealer = Sealer("console customers sealing")
seal = _sealer.seal
unseal = _sealer.unseal
