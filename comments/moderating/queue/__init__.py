"""The moderators' queue: reading and deciding comments while other moderators do the same."""
