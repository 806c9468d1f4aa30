"""Pages of the trail. Whoever reads here is in the trail themselves, before the page is shown."""

from apps.audit.views.entry import click, entry
from apps.audit.views.history import about, customer_history, person
from apps.audit.views.saved import view_change, view_delete, view_save, views
from apps.audit.views.trail import trail

__all__ = [
    "about",
    "click",
    "customer_history",
    "entry",
    "person",
    "trail",
    "view_change",
    "view_delete",
    "view_save",
    "views",
]
