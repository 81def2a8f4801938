from django.tasks import task


@task()
def send_due_confirmations() -> None:
    """Filled in with the newsletter's mails."""
