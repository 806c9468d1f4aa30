"""The Merkle log over the entries: sealing, proving, verifying."""
