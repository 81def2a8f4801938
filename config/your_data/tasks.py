"""The mail with the link. Rows say what is due; a task only says "look now"."""

from django.tasks import task

from config.web import kept_data
from config.web.mail import messages as mail
from config.web.site import absolute_url
from config.your_data.models import DataRequest


@task()
def send_links() -> None:
    """Send the links that are due, also those that a killed task left."""
    DataRequest.objects.deliver_due_mail(send_link)


@task()
def forget_requests() -> None:
    """Forget whose links have ended."""
    DataRequest.objects.forget()


def send_link(request: DataRequest) -> None:
    """Send the link to a known address. Others get no mail: a stranger may have typed them."""
    email = request.email
    if not kept_data.keepers_of(email) or kept_data.mail_is_forbidden(email):
        request.delete()
        return
    mail.send(
        "your_data",
        to=email,
        context={"data_url": absolute_url(request.make_path())},
        occasion=[request.pk, request.requested_at],
    )
