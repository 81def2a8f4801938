"""Tasks about spam."""

import logging
from http.client import HTTPException

from django.tasks import task

from comments.models import Restriction
from comments.spam import learned, service

logger = logging.getLogger("colophon.comments")


@task()
def ask_spam_service(pk: int) -> None:
    """Ask once. Without an answer nothing is lost: the comment waits for a moderator anyway."""
    try:
        service.ask_about(pk)
    except (OSError, HTTPException, service.NoAnswer) as error:
        logger.warning("the spam service did not judge comment %s: %r", pk, error)


@task()
def learn_from_decisions() -> None:
    learned.relearn()


@task()
def forget_ended_restrictions() -> None:
    Restriction.objects.ended().delete()
