"""Refuses what is guessed soon, however long it is: common words, names of here, rows of keys, repetitions."""

import re

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

# Of 0 to 4: at least a hundred million guesses.
LEAST_SCORE = 3
# What is longer is judged by its beginning: the estimate takes ever longer.
READ = 72
OURS = ("loyaltyconsole", "loyalty", "console", "capillary", "customer", "goodwill", "points")


class GuessableValidator:
    """Estimates the guesses a password would take, by a packaged list of words and leaked passwords."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises: ValidationError"""
        names = [settings.CONSOLE_ORGANISATION, getattr(user, "name", ""), getattr(user, "email", "")]
        words = [re.findall(r"\w+", one.lower()) for one in names]
        known = {"".join(one) for one in words} | {part for one in words for part in one if len(part) > 2}
        if zxcvbn(password[:READ], user_inputs=[*OURS, *sorted(known)])["score"] < LEAST_SCORE:
            raise ValidationError(
                _(
                    "This is guessed too easily: it is made of common words, names, repetitions or rows of keys."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Your password must not be easy to guess.")
