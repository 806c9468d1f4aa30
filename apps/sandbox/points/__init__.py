"""Redeeming points and giving them back: rules, one-time codes, and tills that do it on their own."""
