"""The test settings for processes beside the tests: a queue of their own, quick bells."""

import os

from tests.settings import *  # noqa: F403

CELERY_TASK_DEFAULT_QUEUE = os.environ["TEST_QUEUE"]
if CELERY_BROKER_URL.startswith("filesystem"):  # noqa: F405
    CELERY_BROKER_TRANSPORT_OPTIONS["polling_interval"] = 0.1  # noqa: F405
else:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{CELERY_TASK_DEFAULT_QUEUE}:"  # noqa: F405
if "TEST_SANDBOX_URL" in os.environ:
    CAPILLARY = {
        **CAPILLARY,  # noqa: F405
        "base_url": os.environ["TEST_SANDBOX_URL"],
        "calls_per_second": 500.0,
    }
