"""One typed function per endpoint; each returns a Call for the client to send."""
