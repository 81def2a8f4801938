"""One rule for addresses: what is one, how it is spelled, and which spellings are one mailbox."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from config.web.text.address_field import AddressField
from config.web.text.addresses import known_as, mail_domain, mailbox, on_the_wire, spelled

BÜCHER = "ann@bücher.example"
SPELLINGS = [
    "ann@bücher.example",
    "ANN@BÜCHER.EXAMPLE",
    "Ann@bu\u0308cher.Example",
    "ann@xn--bcher-kva.example",
    "ann@XN--BCHER-KVA.example",
    "ann@bücher。example",
    "ann@ｂüｃher.example",
    " ann@bücher.example ",
]
NO_ADDRESS = [
    "nobody",
    "a@b",
    "@example.org",
    "ann@",
    "a b@example.org",
    "ann@example.org\nBcc: x@example.org",
    "ann@example.org\r",
    "ann\x00@example.org",
    "ann%0abcc@example.org",
    "ann%0D%0Abcc@example.org",
    "ann\u2028@example.org",
    '"ann"@example.org',
    '"a b"@example.org',
    "root@localhost",
    "root@[127.0.0.1]",
    "root@127.0.0.11",
    "änn@example.org",
    "ann\u212a@example.org",
    "ann@xn--zz.example",
    "ann@i❤.example",
    "ann@-x.example",
    "ann@ü_x.example",
    "ann@" + "ü" * 60 + ".example",
    "ann@" + "ü" * 50_000,
    "a" * 65 + "@example.org",
    "a" * 250 + "@example.org",
    "ann@example.org, ben@example.org",
    "ann@example.org.",
    "ann@sub..example.org",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_one_mailbox_are_known_as_one(spelling):
    assert known_as(spelling) == BÜCHER
    assert known_as(AddressField().clean(spelling)) == BÜCHER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@straße.example", "ann@strasse.example"),
        ("ann@βόλος.example", "ann@βόλοσ.example"),
        ("ann+a@example.org", "ann+b@example.org"),
    ],
)
def test_different_mailboxes_stay_different(one, other):
    assert known_as(one) != known_as(other)


def test_longest_address_is_taken_and_no_longer_one():
    """254 characters on the wire, where the domain is longer than in letters."""
    longest = f"{'a' * 60}@bücher.{'b' * 60}.{'c' * 60}.{'d' * 49}.example"

    assert len(on_the_wire(longest)) == 254
    assert spelled(longest) == longest
    with pytest.raises(ValueError, match="cannot be sent to"):
        spelled("a" + longest)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_an_error_of_the_form(text):
    with pytest.raises(ValidationError):
        AddressField().clean(text)


def test_letters_before_the_at_are_refused_with_the_reason():
    with pytest.raises(ValidationError, match="Before the @"):
        AddressField().clean("jürgen@example.org")


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("Ann@bücher.example", "Ann@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@例え.example", "ann@xn--r8jz45g.example"),
        ("ann@نامه\u200cای.example", "ann@xn--mgba3gch31f060k.example"),
        ("ann@r3---sn.example", "ann@r3---sn.example"),
    ],
)
def test_mail_is_sent_to_the_domain_as_dns_has_it(address, wire):
    assert on_the_wire(spelled(address)) == wire
    assert spelled(wire) == address


def test_address_kept_from_before_the_rule_is_split_at_its_last_at():
    assert on_the_wire('"a@b"@bücher.example') == '"a@b"@xn--bcher-kva.example'


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("Ann+News@Example.org", "ann@example.org"),
        ("ann+a+b@example.org", "ann@example.org"),
        ("+ann@example.org", "+ann@example.org"),
        ("a.n.n+x@googlemail.com", "ann@gmail.com"),
        ("a.n.n@example.org", "a.n.n@example.org"),
        ("ann+x@xn--bcher-kva.example", BÜCHER),
    ],
)
def test_tags_lead_to_one_mailbox(address, box):
    assert mailbox(address) == box


@given(st.text(alphabet='aÄß.@+"-\u0301\u200dx\nKİσ例。', max_size=30) | st.text(max_size=40))
def test_any_text_has_one_spelling_that_stays(text):
    assert known_as(known_as(text)) == known_as(text)
    mailbox(text)
    on_the_wire(text)


@given(st.text(alphabet="aÄß.-\u0301\u200dxnKİσ例。", min_size=1, max_size=20))
def test_accepted_address_is_ascii_on_the_wire_and_comes_back(domain):
    try:
        address = spelled(f"ann@{domain}")
    except ValueError:
        return
    assert on_the_wire(address).isascii()
    assert spelled(on_the_wire(address)) == address == spelled(address)


@pytest.mark.parametrize(
    ("site_url", "domain"),
    [
        ("https://magazine.example", "magazine.example"),
        ("https://bücher.example:8443/en", "xn--bcher-kva.example"),
        ("http://192.0.2.7:8000", "localhost"),
        ("http://[2001:db8::7]", "localhost"),
        ("", "localhost"),
    ],
)
def test_own_mails_come_from_the_domain_of_the_site(site_url, domain):
    assert mail_domain(site_url) == domain
