"""What strangers try again and again: counted for each address, and above so many a minute turned away unheard."""

from django.core.cache import cache
from django.http import HttpRequest

from apps.staff.address import pause_address

SECONDS = 60


def too_many(what: str, request: HttpRequest, most: int) -> bool:
    """Count one more try of this kind from here; whether it is one too many. An IPv6 network of 64 bits is one.

    The minute begins with the first try: no two minutes' worth at the turn of the clock.
    """
    counter = f"guesses:{what}:{pause_address(request)}"
    cache.add(counter, 0, timeout=SECONDS)
    try:
        count = cache.incr(counter)
    except ValueError:
        # The minute ended at this moment.
        return False
    if count == 1:
        # Redis is asked whether it is there and then adds: a minute that ends between the two begins anew without an
        # end, and would count for ever.
        cache.touch(counter, SECONDS)
    return count > most
