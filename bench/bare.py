"""The least Django can do: one view that says a word, to compare with."""

import os
import sys

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def word(_request: HttpRequest) -> HttpResponse:
    """One word."""
    return HttpResponse("ok")


urlpatterns = [path("", word)]

# The measurement's environment names the console's settings; this process has its own.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
settings.configure(
    ROOT_URLCONF=sys.modules[__name__], ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="none", MIDDLEWARE=[]
)
application = WSGIHandler()
