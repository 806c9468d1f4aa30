"""Goodwill: asked for with limits and evidence, decided by a second person, proved in the ledger."""
