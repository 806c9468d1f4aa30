"""Keeps the names and identifiers of customers and invited people unreadable in the database."""

from apps.core.sealing import Sealer

_sealer = Sealer("console referrals sealing")
seal = _sealer.seal
unseal = _sealer.unseal
