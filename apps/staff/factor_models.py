"""What people have beside their password: an authenticator app, passkeys, recovery codes."""

from django.conf import settings
from django.db import models

from apps.core.sealing import Sealer

_sealer = Sealer("apps.staff.factors.authenticator")


class Authenticator(models.Model):
    """The app that shows six figures. Its secret is kept sealed.

    last_step is the time step (30 s since 1970) of the last code that was taken: no code is taken twice.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator"
    )
    sealed_secret = models.TextField()
    last_step = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Authenticator app of {self.person}"

    @property
    def secret(self) -> str:
        """In base32; empty when it was sealed under another secret key."""
        return _sealer.unseal(self.sealed_secret)

    @secret.setter
    def secret(self, text: str) -> None:
        self.sealed_secret = _sealer.seal(text)


class Passkey(models.Model):
    """A key pair whose private half never leaves the person's device.

    key_id      SHA-256 of the id that the device knows it by
    handle      who the device believes the person to be: random, the same for all passkeys of one person
    public      id and public key in the bytes of WebAuthn
    uses        the device's own counter; 0 for devices that do not count
    last_asked  when the question was made that it answered last, in microseconds: no answer is taken twice
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    key_id = models.CharField(max_length=64, unique=True)
    handle = models.CharField(max_length=64)
    public = models.BinaryField()
    uses = models.PositiveBigIntegerField(default=0)
    last_asked = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of ten codes for somebody whose device is not at hand. Only the hash is kept; each works once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "code_hash"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"Recovery code of {self.person}"
