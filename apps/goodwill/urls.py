"""Addresses of goodwill: asking, deciding and the rules, each in its own module."""

from apps.goodwill import urls_ask, urls_queue, urls_rules

app_name = "goodwill"
urlpatterns = [*urls_ask.urlpatterns, *urls_queue.urlpatterns, *urls_rules.urlpatterns]
