from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment, environment_urls

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (environment.read_bool, "maybe"),
        (lambda name: environment.read_int(name, 1), "-3"),
        (lambda name: environment_urls.read_site_url(name, ""), "magazine.example"),
        (lambda name: environment_urls.read_site_url(name, ""), "https://magazine.example/blog"),
        (lambda name: environment_urls.read_database(name, ""), "mysql://host/name"),
        (lambda name: environment_urls.read_database(name, ""), "postgresql://host:port/name"),
        (lambda name: environment.read_time_zone(name, "UTC"), "Mars/Olympus"),
        (lambda name: environment.read_choice(name, "en", {"en"}), "tlh"),
        (lambda name: environment.read_set(name, {"editors"}), "editors, everybody"),
        (environment_urls.read_smtp, "http://mail.example"),
        (environment_urls.read_mailbox, "pop3://me:secret@mail.example"),
        (environment_urls.read_mailbox, "imaps://mail.example"),
        (environment_urls.read_mail_domain, "me@mail.example"),
        (environment_urls.read_mail_address, "mail.example"),
    ],
)
def test_wrong_value_names_its_variable(monkeypatch, read, value):
    monkeypatch.setenv("SOME_VARIABLE", value)

    with pytest.raises(ImproperlyConfigured, match=r"^SOME_VARIABLE"):
        read("SOME_VARIABLE")


@pytest.mark.parametrize(("value", "words"), [("", set()), ("Editors, authors,", {"editors", "authors"})])  # fmt: skip
def test_set_is_read_by_word(monkeypatch, value, words):
    monkeypatch.setenv("WORDS", value)

    assert environment.read_set("WORDS", {"editors", "authors", "others"}) == words


def test_database_url_gives_every_part(monkeypatch):
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://me:p%40ss@db.example:5433/paper?sslmode=require"
    )

    database = environment_urls.read_database("DATABASE_URL", "")

    assert (database["USER"], database["PASSWORD"]) == ("me", "p@ss")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "paper")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_database_url_takes_a_socket_folder_as_it_is_written(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@%2Frun%2FMySockets/paper")

    assert environment_urls.read_database("DATABASE_URL", "")["HOST"] == "/run/MySockets"


@pytest.mark.parametrize(
    ("written", "host", "port", "password", "database"),
    [
        ("postgresql://me:p%40s%2Fs%23%25@db.example/paper", "db.example", "", "p@s/s#%", "paper"),
        ("postgresql://me:a@b:c@db.example:5433/paper", "db.example", "5433", "a@b:c", "paper"),
        ("postgresql://[2001:db8::1]:5433/paper", "2001:db8::1", "5433", "", "paper"),
        ("postgresql://[::1]/p%C3%A4per", "::1", "", "", "päper"),
        ("postgresql://größe.example:/paper", "xn--gre-6ka8i.example", "", "", "paper"),
        ("postgresql:///paper", "", "", "", "paper"),
        ("postgresql://me@%2Frun%2FSockets:5433/paper", "/run/Sockets", "5433", "", "paper"),
    ],
)
def test_database_is_reached_as_written(monkeypatch, written, host, port, password, database):
    monkeypatch.setenv("DATABASE_URL", written)

    read = environment_urls.read_database("DATABASE_URL", "")

    assert (read["HOST"], read["PORT"]) == (host, port)
    assert (read["PASSWORD"], read["NAME"]) == (password, database)


def test_options_of_the_database_are_read_as_libpq_reads_them(monkeypatch):
    query = "sslmode=verify-full&application_name=a+b%20c&options=-c%20search_path%3Dx"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://h/paper?{query}")

    options = environment_urls.read_database("DATABASE_URL", "")["OPTIONS"]

    assert options["application_name"] == "a+b c"
    assert options["options"] == "-c search_path=x"


def test_mailbox_has_the_usual_port_and_folder(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_BOUNCE_MAILBOX", "imaps://me:p%40ss@mail.example")

    assert environment_urls.read_mailbox("NEWSLETTER_BOUNCE_MAILBOX") == {
        "host": "mail.example",
        "port": 993,
        "starttls": False,
        "user": "me",
        "password": "p@ss",
        "folder": "INBOX",
    }


def test_env_file_does_not_override_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SITE_NAME", "From the shell")
    (tmp_path / ".env").write_text(
        "# a comment\nSITE_NAME=From the file\nTIME_ZONE_X='Europe/Berlin'\n"
    )

    environment.load_env_file(tmp_path / ".env")

    assert environment.read_text("SITE_NAME") == "From the shell"
    assert environment.read_text("TIME_ZONE_X") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('X_NAME="Our Magazine"', "Our Magazine"),
        ("X_NAME='Our \"Big\" Magazine'", 'Our "Big" Magazine'),
        ('X_NAME=The "Big" One', 'The "Big" One'),
        ('X_NAME="Big" and "Small"', '"Big" and "Small"'),
        ("export X_NAME=a=b # c", "a=b # c"),
        ("\ufeffX_NAME=Größe", "Größe"),
    ],
)
def test_value_of_the_env_file_is_what_is_written(monkeypatch, tmp_path, line, value):
    monkeypatch.setenv("X_NAME", "")
    monkeypatch.delenv("X_NAME")
    (tmp_path / ".env").write_text(line + "\n")

    environment.load_env_file(tmp_path / ".env")

    assert environment.read_text("X_NAME") == value


@pytest.mark.parametrize("raw", [b"X_NAME=\xff\n", b"no equals\n", b"=x\n", b"A B=x\n", b"X=\0\n"])
def test_env_file_that_cannot_be_read_is_told_by_its_name(tmp_path, raw):
    (tmp_path / ".env").write_bytes(raw)

    with pytest.raises(ImproperlyConfigured, match=r"^\.env"):
        environment.load_env_file(tmp_path / ".env")


def test_kept_secret_is_drawn_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "var" / "secret-key"

    first, second = (environment.kept_secret("SECRET_KEY", path) for _ in range(2))

    assert first == second
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600


def test_var_folder_that_is_a_file_is_told_with_the_variable(tmp_path):
    (tmp_path / "var").write_text("")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY: cannot read"):
        environment.kept_secret("SECRET_KEY", tmp_path / "var" / "secret-key")


def test_interrupted_first_start_leaves_no_empty_secret(tmp_path, monkeypatch):
    path = tmp_path / "secret-key"

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        with pytest.raises(ImproperlyConfigured, match=r"^SECRET_KEY: .*No space left"):
            environment.kept_secret("SECRET_KEY", path)

    assert not path.exists()
    assert len(environment.kept_secret("SECRET_KEY", path)) >= 50


def test_two_first_starts_at_once_keep_one_secret(tmp_path):
    path = tmp_path / "secret-key"

    with ThreadPoolExecutor(16) as starts:
        drawn = set(starts.map(lambda _: environment.kept_secret("SECRET_KEY", path), range(32)))

    assert len(drawn) == 1
    assert drawn != {""}
    assert path.stat().st_mode & 0o777 == 0o600


def test_empty_secret_of_an_earlier_accident_is_drawn_anew(tmp_path):
    (tmp_path / "secret-key").touch()

    assert len(environment.kept_secret("SECRET_KEY", tmp_path / "secret-key")) >= 50
