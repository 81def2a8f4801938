"""Comments are plain text. Placeholder of the module; see the tests for its rules."""


def as_html(text: str) -> str:
    from django.utils.html import linebreaks

    return linebreaks(text, autoescape=True)
