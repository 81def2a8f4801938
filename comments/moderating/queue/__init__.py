"""The moderators' queue: what waits, and deciding it, when several moderators work at once."""
