"""The console for processes beside the tests, web and worker, connected to the test's own sandbox."""

import os

import django

django.setup()

from django.conf import settings  # noqa: E402

settings.CAPILLARY["base_url"] = os.environ["TEST_SANDBOX_URL"]

from console.celery import app  # noqa: E402
from console.wsgi import application  # noqa: E402

__all__ = ["app", "application"]
