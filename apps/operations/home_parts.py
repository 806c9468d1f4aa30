"""What stands above the search of the look-up page: why an act is switched off."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from apps.core.home import HomePart, register
from apps.operations.switches import act_named, acts, off_among
from apps.staff.access import person_of
from apps.staff.stores import current_store


def off(request: HttpRequest) -> Mapping[str, Any]:
    """The person's acts that are off in the store they act for; nothing while all are on. One query."""
    may = person_of(request).has_perm
    concerned = [one.code for one in acts() if one.permission and may(one.permission)]
    found = off_among(concerned, current_store(request)) if concerned else []
    return {"rows": [{"switch": one, "act": act_named(one.act)} for one in found]} if found else {}


register(HomePart("switched_off", "operations/_off_banners.html", "staff.view_customers", off, on_top=True))
