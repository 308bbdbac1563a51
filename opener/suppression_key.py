"""The key of the suppression list: kept in a file of OPENER_DATA, or set, and never in the database.

It is not derived from OPENER_SECRET, so that a new secret does not make the list worthless.
"""

import os
import secrets
from pathlib import Path

from playbook.settings import Settings, SettingsFault

FILE = "suppression.key"
LEAST = 32


def suppression_key(settings: Settings) -> bytes:
    """The key that is set, else that of the file, which is made at the first use. Raises SettingsFault."""
    if settings.suppression_key is not None:
        return settings.suppression_key.encode()
    file = settings.data / FILE
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        _make(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFault(
            [f"{file} cannot be used ({type(error).__name__}): it holds the suppression list's key."]
        ) from None
    if len(key) < LEAST:
        raise SettingsFault([f"{file} is damaged: put it back from your backup, it holds the suppression list's key."])
    return key.encode()


def _make(file: Path) -> None:
    """Only one process makes it; the others find it whole, because it gets its name when it is written."""
    if file.exists():
        return
    draft = file.with_name(f"{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as made:
        made.write(secrets.token_hex(32))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
