"""Reads a customer's referrals from outside: both versions where both are there, one page of people at a time."""

from apps.audit.actor import Actor
from apps.referrals.story import Asked, Story


def read_referrals(*, actor: Actor, customer_id: int, asked: Asked | None = None) -> Story:
    """The customer's codes, invited people with their stages, and totals. Nothing is kept of names or identifiers.

    What one version cannot tell is left out and said in `notes`.
    Raises: Conflict for a merged customer; CapillaryError when nothing could be read (RateLimited says when again)
    """
    raise NotImplementedError
