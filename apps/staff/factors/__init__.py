"""Second factors: authenticator apps, passkeys and recovery codes; proving again before what is dangerous."""
