"""Letting the mail of a restored copy go out: the verb, the page of the admin, the banner."""
