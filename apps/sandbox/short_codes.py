"""Six-letter ids such as the API gives to redemptions and reversals."""

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def short_code(number: int) -> str:
    """A six-letter id; different for every number below 62 to the sixth."""
    mixed = (number * 2_654_435_761) % 62**6
    signs = ""
    for _ in range(6):
        mixed, index = divmod(mixed, 62)
        signs = _ALPHABET[index] + signs
    return signs
