from articles.models import ExpertLink
from articles.signoff.links import link_url
from config.web.mail import messages as mail


def send_link(link: ExpertLink) -> None:
    """Mail the link to the expert. Raises what the mailer raises."""
    host = link.made_by
    context = {
        "name": link.name,
        "host": (host.get_full_name() or host.get_username()) if host else "",
        "title": link.revision.content["title"],
        "is_review": link.kind == ExpertLink.Kind.REVIEW,
        "url": link_url(link),
        "expires_at": link.expires_at,
    }
    mail.send("expert_link", to=link.email, context=context, occasion=[link.pk, link.nonce])
