"""A page of the admin as a browser has it: what its form would send."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data = {}
        self.select = self.textarea = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        name = given.get("name")
        if not self.inside:
            return
        if tag == "input" and name and given.get("type") not in ("submit", "button", "file"):
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self.data[name] = given.get("value", "on" if is_box else "")
        elif tag == "textarea":
            self.textarea, self.data[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given and self.select:
            self.data.setdefault(self.select, []).append(given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False

    def handle_data(self, text):
        if self.textarea:
            self.data[self.textarea] += text


def sent_by(page, form_id):
    """What the form with this id on the page (a response) would send as it stands."""
    form = _Form(form_id)
    form.feed(page.text)
    assert form.data, f"no form {form_id}"
    return {
        name: value[1:] if isinstance(value, str) and value.startswith("\n") else value
        for name, value in form.data.items()
        if "__prefix__" not in name
    }
