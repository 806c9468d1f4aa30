"""Passwords: what a good one is, and a new one by mail for whoever forgot theirs."""
