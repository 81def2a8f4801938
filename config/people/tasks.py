"""The mail to people who work here. Rows say what is due; a task only says "look now"."""

from datetime import timedelta

from django.conf import settings
from django.tasks import task
from django.utils import timezone, translation

from config.people import links
from config.people.models import Invitation, PasswordRequest, SecurityMail
from config.people.roles import NAMES, Role
from config.web import audit
from config.web.mail import messages as mail
from config.web.mail.wanted_mail import language_of
from config.web.site import public_url

UNDELIVERED_KEPT_FOR = timedelta(days=30)


@task()
def send_invitation(invitation_id: int) -> None:
    """Send the mail of one invitation, unless it was sent or another worker has it."""
    Invitation.objects.deliver_mail(invitation_id, send_link_to_join)


@task()
def answer_password_request(request_id: int) -> None:
    """Answer one request for a new password, unless another worker has it."""
    PasswordRequest.objects.deliver_mail(request_id, answer)


@task()
def send_security_mail(mail_id: int) -> None:
    """Tell one owner of a change of the account, unless another worker does."""
    SecurityMail.objects.deliver_mail(mail_id, tell_owner)


@task()
def send_due_mail() -> None:
    """Send the mails that a killed task or an unreachable mail server left."""
    Invitation.objects.pending().deliver_due_mail(send_link_to_join)
    PasswordRequest.objects.deliver_due_mail(answer)
    SecurityMail.objects.deliver_due_mail(tell_owner)


@task()
def forget_old_entries() -> None:
    """Clear the audit log of what is older than AUDIT_LOG_DAYS, and mails that never arrived."""
    audit.forget_old_entries()
    SecurityMail.objects.filter(at__lt=timezone.now() - UNDELIVERED_KEPT_FOR).delete()


def send_link_to_join(invitation: Invitation) -> None:
    host = invitation.invited_by
    context = {
        "name": invitation.name,
        "host": (host.get_full_name() or host.get_username()) if host else "",
        "role": NAMES[Role(invitation.role)],
        "url": links.invitation_url(invitation),
        "days": settings.INVITATION_DAYS,
    }
    mail.send(
        "people_invitation",
        to=invitation.email,
        context=context,
        occasion=[invitation.pk, invitation.nonce],
    )


def answer(request: PasswordRequest) -> None:
    """Send the link to a known address. Others get no mail: a stranger may have typed them."""
    if user := request.account():
        context = {
            "username": user.get_username(),
            "url": links.password_url(user),
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }
        with translation.override(language_of(user)):
            mail.send(
                "people_password",
                to=user.email,
                context=context,
                occasion=[request.pk, request.requested_at],
            )
    request.delete()


def tell_owner(row: SecurityMail) -> None:
    user = row.user
    with translation.override(language_of(user)):
        context = {
            "username": user.get_username(),
            "change": row.get_change_display(),
            "at": row.at,
            "url": public_url("admin:forgotten"),
        }
        mail.send("people_security", to=row.email, context=context, occasion=[row.pk, row.at])
    row.delete()
