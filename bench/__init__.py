"""Measurements; each prints its goal beside what was found."""
