"""Referrals: campaigns, inviting, and what becomes of the invited."""
