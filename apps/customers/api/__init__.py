"""Customers for programs: looked up, read masked, opened for a reason, and notes."""
