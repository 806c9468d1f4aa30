"""Inviting friends for programs."""
