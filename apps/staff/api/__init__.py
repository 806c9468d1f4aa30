"""Programs that talk to the console: their keys, and what a key allows."""
