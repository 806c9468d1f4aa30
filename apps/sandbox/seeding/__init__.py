"""Invented people and their histories, the same every time."""
