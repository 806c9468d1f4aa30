"""Redeeming and giving back for programs."""
