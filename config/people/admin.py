"""The admin's pages about people."""

from config.people import invitation_admin, user_admin

__all__ = ["invitation_admin", "user_admin"]
