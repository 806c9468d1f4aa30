"""The console's addresses with the gallery beside them."""

from django.urls import include, path

from tests.browser.gallery import urlpatterns as gallery_patterns

urlpatterns = [*gallery_patterns, path("", include("console.urls"))]
