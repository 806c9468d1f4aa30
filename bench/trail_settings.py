"""The console's own settings, full durability included; with django-auditlog beside it where that is installed."""

import importlib.util

from console.settings import *  # noqa: F403
from console.settings import INSTALLED_APPS

if importlib.util.find_spec("auditlog"):
    INSTALLED_APPS += ["auditlog"]
