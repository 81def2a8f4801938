"""Keys of rows, as requests send them."""

LONGEST = 18  # digits: any such number fits a bigint


def may_be_key(value: object) -> bool:
    """Whether the text can be the key of a row."""
    return str(value).isdecimal() and len(str(value)) <= LONGEST
