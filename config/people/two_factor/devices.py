"""What a person has as a second factor: an authenticator app, passkeys, recovery codes."""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string, salted_hmac
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from config.people.models import RecoveryCode
from config.people.roles import roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread
_CODE_LENGTH = 12  # 59 bits


def apps_of(user: "User") -> list[TOTPDevice]:
    return list(TOTPDevice.objects.devices_for_user(user, confirmed=True))


def passkeys_of(user: "User") -> list[WebAuthnCredential]:
    found = WebAuthnCredential.objects.devices_for_user(user, confirmed=True)
    return list(found.order_by("created_at"))


def has_second_factor(user: "User") -> bool:
    """Recovery codes do not count: they only stand in for a lost device."""
    return any(
        model.objects.devices_for_user(user, confirmed=True).exists()
        for model in (TOTPDevice, WebAuthnCredential)
    )


def is_required_for(user: "User") -> bool:
    """Whether TWO_FACTOR_REQUIRED_FOR names a role of this person."""
    required = settings.TWO_FACTOR_REQUIRED_FOR
    return bool(required) and any(f"{role.value.lower()}s" in required for role in roles_of(user))


def accepts(user: "User", typed: str) -> bool:
    """Whether this is a code of the app, or a recovery code, that was not used before."""
    code = "".join(typed.split()).replace("-", "").lower()
    if code.isascii() and code.isdecimal() and len(code) == 6:
        apps = TOTPDevice.objects.devices_for_user(user, confirmed=True)
        # Locked, so that of two requests with one code the second is refused.
        with transaction.atomic():
            return any(device.verify_token(code) for device in apps.select_for_update())
    return bool(user.recovery_codes.filter(digest=_digest(user, code)).delete()[0])


def add_app(user: "User", key: str, code: str) -> TOTPDevice | None:
    """Keep an authenticator app that shows `code` for `key` (hexadecimal). None if it does not."""
    device = TOTPDevice(user=user, key=key, name="app")
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = time.time()
    if not (code.isascii() and code.isdecimal()) or not clock.verify(int(code), device.tolerance):
        return None
    device.last_t, device.drift = clock.t(), clock.drift
    device.save()
    return device


@transaction.atomic
def new_recovery_codes(user: "User") -> list[str]:
    """Make the earlier codes void. Returns the new ones, which nobody can read again."""
    codes = [get_random_string(_CODE_LENGTH, _LETTERS) for _ in range(RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    rows = [RecoveryCode(user=user, digest=_digest(user, code)) for code in codes]
    RecoveryCode.objects.bulk_create(rows)
    return ["-".join(code[start : start + 4] for start in (0, 4, 8)) for code in codes]


@transaction.atomic
def remove_all(user: "User") -> int:
    """Let the person log in by password alone. Returns how many devices there were."""
    devices: list[Device] = [*apps_of(user), *passkeys_of(user)]
    for device in devices:
        device.delete()
    user.recovery_codes.all().delete()
    return len(devices)


def _digest(user: "User", code: str) -> str:
    return salted_hmac(
        "colophon.recovery_code", f"{user.pk} {code}", algorithm="sha256"
    ).hexdigest()
