"""Goodwill: filing, deciding and crediting requests, and tills that ask on their own."""
