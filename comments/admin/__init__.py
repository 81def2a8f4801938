"""The admin of comments. Importing it registers the pages; the list of comments is the queue (comments/queue/)."""

from comments.admin import comment, discussion, logs, restriction, writer  # noqa: F401
