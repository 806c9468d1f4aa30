"""All hand-made customers, one for each interesting case, with ids and identifiers that never change."""

from apps.sandbox.seeding.cast_found import FOUND
from apps.sandbox.seeding.cast_referrals import REFERRING
from apps.sandbox.seeding.cast_shown import SHOWN

CHARACTERS = FOUND + SHOWN + REFERRING
