"""Database changes of the sandbox."""
