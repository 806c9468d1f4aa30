"""Which of the provider's sign-outs have been heard: each counts once."""

from django.db import models


class HeardLogout(models.Model):
    """token_hash is that of a logout token's issuer and ``jti``; until then it would be young enough to be believed."""

    token_hash = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Heard until {self.until}"
