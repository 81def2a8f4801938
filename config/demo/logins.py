"""The demonstration's four accounts, and the file that remembers their passwords."""

import json
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User

from config.web.files.whole_files import write_whole

# Username -> group; the first one may do everything without a group.
ROLES = {"admin": "", "editor": "Editor", "author": "Author", "moderator": "Moderator"}

_LETTERS = "abcdefghjkmnpqrstuvwxyzACDEFHJKLMNPRTUVWXY34679"  # nothing that is misread


def logins_file() -> Path:
    return Path(settings.VAR_DIR) / "demo-logins.json"


def ensure_accounts() -> dict[str, str]:
    """Create the accounts that are missing. Returns the password of each one by its username.

    A new account gets the password of the file. One without a password there gets a new one.
    """
    passwords = _read()
    for name, group in ROLES.items():
        password = passwords.get(name, "")
        user, is_new = User.objects.get_or_create(
            username=name,
            defaults={
                "email": f"{name}@example.org",
                "is_staff": True,
                "is_superuser": name == "admin",
            },
        )
        if is_new and group:
            user.groups.add(Group.objects.get(name=group))
        if is_new or not password:
            password = password or "".join(secrets.choice(_LETTERS) for _ in range(14))
            user.set_password(password)
            user.save(update_fields=["password"])
        passwords[name] = password
    return {name: passwords[name] for name in ROLES}


def keep(passwords: dict[str, str]) -> None:
    """Write the file, readable by its owner only, unless it holds these passwords already."""
    if passwords == _read():
        return
    write_whole(logins_file(), [json.dumps(passwords, indent=1).encode()], mode=0o600)


def _read() -> dict[str, str]:
    try:
        found = json.loads(logins_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
