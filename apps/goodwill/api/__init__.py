"""Goodwill for programs: the same services as the pages, once for each Idempotency-Key."""
