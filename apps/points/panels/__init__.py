"""The room's share of the customer page: what was redeemed and given back, and the ledger as a statement."""
