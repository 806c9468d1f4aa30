"""How long entries stay in the database, and the archive files they leave it for."""
