"""Django's entry for the sandbox."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class SandboxConfig(AppConfig):
    """The look-alike as a Django app."""

    name = "apps.sandbox"
    label = "sandbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell SQLite how to behave as soon as a connection opens."""
        connection_created.connect(_prepare_connection, dispatch_uid="sandbox.sqlite")


def _prepare_connection(sender: object, connection: object, **kwargs: object) -> None:
    # Invented data may be lost at a power cut: speed is worth more here than durability.
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-16000")
