"""Reads of the environment that name other machines: URLs, hosts and mail addresses.

Hosts come out in ASCII (IDNA 2008), IPv6 addresses in brackets. Each read raises
ImproperlyConfigured for a wrong value; the message names the variable and shows no password.
"""

import re
from importlib.util import find_spec
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import iri_to_uri

from config.environment import read_text
from config.web.mail.headers import named
from config.web.text.addresses import ascii_domain, mail_domain, readable_domain

_LABELS = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)"
_HOST = re.compile(rf"{_LABELS}*[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_DOMAIN = re.compile(rf"{_LABELS}+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_SENDER = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,253}[a-z0-9]", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# By the name of CDN_PURGE_KIND: where it takes purges.
CDNS = {
    "cloudflare": "https://api.cloudflare.com/client/v4/zones/<zone>/purge_cache",
    "fastly": "https://api.fastly.com/service/<service>/purge",
    "webhook": "an address such as https://cdn.example/purge",
}
_MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_MAILBOX_PORTS = {"imap": 143, "imaps": 993}
_PERCENT = "in user and password, / ? # @ and % are written as %2F %3F %23 %40 and %25"
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def read_site_url(name: str, default: str) -> str:
    """An http or https origin as browsers write it: scheme, host, and a port if it is unusual."""
    value = read_text(name, default)
    parts = _split(name, value.rstrip("/"))
    if parts.scheme not in _DEFAULT_PORTS or not _host(parts) or parts.path or _has_more(parts):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write scheme and host only, such as https://magazine.example."
        )
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts)}{port}"


def host_of(site_url: str) -> str:
    """The host as a browser's Host header names it, without the port."""
    return _host(urlsplit(site_url))


def read_hosts(name: str, default: list[str]) -> list[str]:
    """Comma-separated host names as Django compares them with the Host header.

    `.example.org` stands for all names below it, `*` for every name.
    """
    hosts = []
    for word in _words(read_text(name)):
        host = word if word == "*" else ""
        # A port is no part of a host.
        if not re.search(r"[/?#@*\s]|:\d*$", word):
            host = _host(_split(name, f"//{word.removeprefix('.')}"))
        if not host:
            raise ImproperlyConfigured(
                f"{name}: {word!r} is no host name. Write it without scheme and port, such as"
                " magazine.example."
            )
        hosts.append(f".{host}" if word.startswith(".") else host)
    return hosts or default


def read_service_url(name: str) -> str:
    """An https URL on the open internet without a trailing slash, or "" when unset."""
    value = read_text(name).rstrip("/")
    parts = _split(name, value)
    host = _host(parts)
    try:
        is_open = ip_address(host.strip("[]")).is_global
    except ValueError:
        is_open = host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))
    is_url = parts.scheme == "https" and host and is_open and not _has_more(parts)
    if value and (not is_url or _has_space(value)):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write an address such as https://spam.example/1.1, on no private"
            " network."
        )
    return _with_host(parts, host) if value else ""


def read_contact(name: str) -> str:
    """A mailto: or https: URI (RFC 9116 2.5.3), or "" when unset."""
    value = read_text(name)
    parts = _split(name, value)
    address = _mail_address(unquote(parts.path)) if parts.scheme == "mailto" else ""
    is_page = parts.scheme == "https" and _host(parts)
    if value and (_has_space(value) or not (address or is_page)):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write mailto:security@magazine.example or an https:// address."
        )
    if address:
        return iri_to_uri(f"mailto:{address}")
    return _with_host(parts, _host(parts)) if value else ""


def read_sender(name: str, *, default_name: str, site_url: str) -> str:
    """A From header, written as `Name <address>` or as an address alone.

    The name may hold any letters and signs. Unset, it is `default_name` at the site's own domain.
    """
    value = read_text(name)
    if not value:
        return named(default_name, f"noreply@{mail_domain(site_url)}")
    written = _SENDER.fullmatch(value)
    address = _mail_address(written["address"] if written else value)
    if not address:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write Our Magazine <hello@magazine.example>, or the address alone."
        )
    return named(written["name"].strip('"') if written else "", address)


def _mail_address(text: str) -> str:
    """The address in ASCII, or "" for a wrong one. A mail server's own name may have no dot."""
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = ascii_domain(domain)
    except ValueError:
        return ""
    known = _LOCAL_PART.fullmatch(local) and _HOST.fullmatch(domain)
    return f"{local}@{domain}" if known else ""


def read_domains(name: str) -> frozenset[str]:
    """Domains in the one spelling of config.web.text.addresses.

    The variable holds them with commas between them, or the absolute path of a file of one a line.
    """
    value = read_text(name)
    try:
        text = Path(value).read_text(encoding="utf-8") if value.startswith("/") else value
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}: cannot read {value}: {error}.") from error
    domains = set()
    for word in _words(",".join(line.partition("#")[0] for line in text.splitlines())):
        try:
            domain = ascii_domain(word)
        except ValueError:
            domain = ""
        if not _DOMAIN.fullmatch(domain):
            raise ImproperlyConfigured(f"{name}: {word!r} is no domain such as mail.example.")
        domains.add(readable_domain(domain))
    return frozenset(domains)


def read_database(name: str, default: str) -> dict[str, Any]:
    """A Django database from `postgresql://user:password@host:port/name?option=value`.

    A socket folder stands percent-encoded in the host's place, as in libpq's URIs.
    """
    parts = _split(name, read_text(name, default))
    database = unquote(parts.path.strip("/"))
    mistaken = parts.fragment or "@" in parts.path or "@" in parts.query
    if parts.scheme not in {"postgres", "postgresql"} or not database or mistaken:
        raise ImproperlyConfigured(
            f"{name}: write postgresql://user:password@host:5432/name; Colophon runs on PostgreSQL"
            f" ({_PERCENT})."
        )
    # parts.hostname is in lower case, and a path is not.
    host = unquote(re.sub(r":\d*$", "", parts.netloc.rpartition("@")[2]))
    if host and not host.startswith(("/", "@")):
        host = _host(parts).strip("[]")
        if not host:
            raise ImproperlyConfigured(f"{name}: the host is no host name.")
    return {
        "ENGINE": "config.web.database",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5, **_libpq_options(name, parts.query)},
    }


def _libpq_options(name: str, query: str) -> dict[str, Any]:
    """The options of a URI as libpq reads them, where a plus sign is no space."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    options: dict[str, Any] = {unquote(key): unquote(value) for key, _, value in pairs}
    try:
        psycopg.conninfo.make_conninfo("", **options)
    except (psycopg.Error, TypeError) as error:
        raise ImproperlyConfigured(f"{name}: {str(error).strip()}.") from error
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ImproperlyConfigured(f"{name}: sslmode is one of {', '.join(sorted(_SSL_MODES))}.")
    for key, number in options.items():
        if key.startswith(("connect_timeout", "keepalives")) and not number.isdecimal():
            raise ImproperlyConfigured(f"{name}: {key} is a whole number.")
    return options


def read_s3(name: str) -> dict[str, Any] | None:
    """Options of the media storage from `s3://bucket/folder?endpoint=https://…&region=…`, or None.

    The keys are not among them: boto3 reads AWS_ACCESS_KEY_ID and so on by itself.
    """
    value = read_text(name)
    return s3_options(name, value) if value else None


def s3_options(name: str, value: str) -> dict[str, Any]:
    """What read_s3 reads, of any text. `name` begins the message of a wrong one."""
    parts = _split(name, value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint = urlsplit(options.get("endpoint", "https://s3.example"))
    is_wrong = endpoint.scheme not in _DEFAULT_PORTS or not _host(endpoint)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or parts.fragment or is_wrong:
        raise ImproperlyConfigured(
            f"{name}: write s3://bucket/folder?endpoint=https://s3.example&region=eu-central-1;"
            " the folder and what follows may be left out."
        )
    if unknown := sorted(options.keys() - {"endpoint", "region"}):
        raise ImproperlyConfigured(f"{name}: {unknown[0]} is not known here.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            f"{name}: django-storages is not installed: pip install 'django-storages[s3]'."
        )
    return {
        "bucket_name": parts.netloc,
        "location": unquote(parts.path).strip("/"),
        "endpoint_url": options.get("endpoint"),
        "region_name": options.get("region"),
    }


def read_purge_url(name: str, kind: str) -> str:
    """Where a CDN of CDNS takes purges; "" without a kind. A webhook may be on the own network."""
    value = read_text(name)
    parts = _split(name, value)
    schemes = {"http", "https"} if kind == "webhook" else {"https"}
    is_address = parts.scheme in schemes and _host(parts) and "@" not in parts.netloc
    if kind and not is_address:
        raise ImproperlyConfigured(f"{name}: CDN_PURGE_KIND={kind} needs {CDNS[kind]}.")
    return _with_host(parts, _host(parts)) if kind else ""


def read_redis(name: str) -> str:
    """`redis://…` or `rediss://…` (TLS) as Redis's clients read it, or "" when unset."""
    value = read_text(name)
    parts = _split(name, value)
    if value and (
        parts.scheme not in {"redis", "rediss", "unix"} or not (parts.netloc or parts.path)
    ):
        raise ImproperlyConfigured(f"{name}: write redis://user:password@host:6379/0 ({_PERCENT}).")
    return value


def read_smtp(name: str) -> dict[str, Any] | None:
    """Options of Django's SMTP mailer, or None when the variable is unset.

    Written as `smtp://user:password@host:587` (STARTTLS), `smtps://…:465` (TLS at once) or
    `smtp+plain://…:25` (no encryption).
    """
    value = read_text(name)
    if not value:
        return None
    parts = _split(name, value)
    host = _host(parts)
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _MAIL_PORTS or not host or extra:
        raise ImproperlyConfigured(
            f"{name}: write smtp://user:password@host:587 or smtps://user:password@host:465"
            f" ({_PERCENT})."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ImproperlyConfigured(f"{name}: write both user and password, or none.")
    if not f"{user}{password}".isascii():
        raise ImproperlyConfigured(
            f"{name}: user and password are ASCII; Python's mail client can send no other letters."
        )
    return {
        "host": host.strip("[]"),
        "port": parts.port or _MAIL_PORTS[parts.scheme],
        "username": user,
        "password": password,
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 15,
    }


def read_mail_domain(name: str) -> str:
    """A domain for mail addresses in ASCII, or "" when unset."""
    value = read_text(name)
    address = _mail_address(f"x@{value}")
    if value and not address:
        raise ImproperlyConfigured(f"{name}={value!r}: write a domain such as bounces.example.")
    return address.rpartition("@")[2] if value else ""


def read_mail_address(name: str) -> str:
    """A mail address in ASCII, or "" when unset."""
    value = read_text(name)
    address = _mail_address(value)
    if value and not address:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write an address such as me@magazine.example."
        )
    return address


def read_mailbox(name: str) -> dict[str, Any] | None:
    """Where and how to log in to `imaps://user:password@host:993/folder`, or None when unset.

    `imap://` is port 143 with STARTTLS.
    """
    value = read_text(name)
    if not value:
        return None
    parts = _split(name, value)
    host, user, password = (
        _host(parts),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
    if parts.scheme not in _MAILBOX_PORTS or not host or not user or not password or parts.query:
        raise ImproperlyConfigured(f"{name}: write imaps://user:password@host/INBOX ({_PERCENT}).")
    return {
        "host": host.strip("[]"),
        "port": parts.port or _MAILBOX_PORTS[parts.scheme],
        "starttls": parts.scheme == "imap",
        "user": user,
        "password": password,
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _split(name: str, value: str) -> SplitResult:
    """The parts of a URL. The message of a wrong one quotes nothing: it may hold a password."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: not a URL, or its port is no number; {_PERCENT}."
        ) from error
    if port == 0 or "%00" in value or _has_space(parts.netloc):
        raise ImproperlyConfigured(f"{name}: not a URL that leads anywhere.")
    return parts


def _has_more(parts: SplitResult) -> bool:
    """Whether a URL holds more than scheme, host, port and path."""
    return bool("@" in parts.netloc or parts.query or parts.fragment)


def _has_space(text: str) -> bool:
    return any(map(str.isspace, text))


def _host(parts: SplitResult) -> str:
    """The host as a Host header has it: in ASCII, IPv6 in brackets. "" where it is no host."""
    try:
        host = ascii_domain((parts.hostname or "").removesuffix("."))
    except ValueError:
        return ""
    try:
        address = ip_address(host)
    except ValueError:
        # A number at the end would be an IPv4 address (WHATWG URL), and this is none.
        number = host.rpartition(".")[2].isdecimal()
        return host if _HOST.fullmatch(host) and len(host) < 254 and not number else ""
    if "%" in host:  # a zone has a meaning on one machine only (RFC 6874)
        return ""
    return f"[{address}]" if isinstance(address, IPv6Address) else str(address)


def _with_host(parts: SplitResult, host: str) -> str:
    port = "" if parts.port is None else f":{parts.port}"
    return iri_to_uri(parts._replace(netloc=f"{host}{port}").geturl())
