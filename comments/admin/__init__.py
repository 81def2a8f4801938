"""The admin of comments. Importing it registers the pages."""

from comments.admin import comment, discussion, logs, restriction, writer  # noqa: F401
