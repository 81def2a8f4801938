"""The mail to people who work here. Rows say what is due; a task only says "look now"."""

from django.conf import settings
from django.tasks import task
from django.utils import translation

from config.people import links
from config.people.models import Invitation, PasswordRequest, Profile
from config.people.roles import NAMES, Role
from config.web import audit
from config.web.mail import messages as mail


@task()
def send_invitation(invitation_id: int) -> None:
    """Send the mail of one invitation, unless it was sent or another worker has it."""
    Invitation.objects.deliver_mail(invitation_id, send_link_to_join)


@task()
def answer_password_request(request_id: int) -> None:
    """Answer one request for a new password, unless another worker has it."""
    PasswordRequest.objects.deliver_mail(request_id, answer)


@task()
def send_due_mail() -> None:
    """Send the mails that a killed task or an unreachable mail server left."""
    Invitation.objects.pending().deliver_due_mail(send_link_to_join)
    PasswordRequest.objects.deliver_due_mail(answer)


@task()
def forget_old_entries() -> None:
    """Clear the audit log of what is older than AUDIT_LOG_DAYS."""
    audit.forget_old_entries()


def send_link_to_join(invitation: Invitation) -> None:
    host = invitation.invited_by
    context = {
        "name": invitation.name,
        "host": (host.get_full_name() or host.get_username()) if host else "",
        "role": NAMES[Role(invitation.role)],
        "url": links.invitation_url(invitation),
        "days": settings.INVITATION_DAYS,
    }
    mail.send("people_invitation", to=invitation.email, context=context)


def answer(request: PasswordRequest) -> None:
    """Send the link to a known address. Others get no mail: a stranger may have typed them."""
    if user := request.account():
        language = Profile.objects.filter(user=user).values_list("language", flat=True).first()
        context = {
            "username": user.get_username(),
            "url": links.password_url(user),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }
        with translation.override(language or settings.LANGUAGE_CODE):
            mail.send("people_password", to=user.email, context=context)
    request.delete()
