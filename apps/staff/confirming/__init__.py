"""Changes that wait for a second person: proposed by one, confirmed by another, applied once."""
