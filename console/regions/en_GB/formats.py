"""The United Kingdom: Django's own, and days are also read as pages show them, 23 Nov 2026."""

from django.conf.locale.en_GB import formats  # type: ignore[import-untyped]

DATE_INPUT_FORMATS = [*formats.DATE_INPUT_FORMATS, "%d %b %Y", "%d %B %Y"]
