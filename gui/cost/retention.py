"""How many versions of a recipe's image are kept, as the user says.

It is no part of a recipe file, since a lifecycle policy of the account removes old images. So the number is remembered
with the app's settings, for each recipe by its name.
"""

from typing import Final

from gui.settings import Settings

KEY: Final = "cost.versions"
LEAST: Final = 1
MOST: Final = 999


class Retention:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, recipe: str) -> int:
        """One, unless the user has said another number."""
        said = self._settings.text(f"{KEY}.{recipe}")
        return min(max(int(said), LEAST), MOST) if said.isdecimal() else LEAST

    def keep(self, recipe: str, versions: int) -> None:
        self._settings.set_text(f"{KEY}.{recipe}", str(versions))
