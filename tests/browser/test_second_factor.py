"""A passkey, with the browser's own authenticator in place of a device."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, press

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_passkey_is_added_and_logs_in(log_in):
    desk = log_in("Editor")
    device = desk.context.new_cdp_session(desk)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    desk.goto("/admin/you/second-factor/")
    desk.get_by_label("Name, such as").fill("My laptop")
    desk.get_by_role("button", name="Add a passkey").click()
    expect(desk.get_by_role("listitem").filter(has_text="My laptop")).to_be_visible()
    press(desk.get_by_role("button", name="Log out"))

    desk.goto("/admin/login/?next=/admin/articles/article/")
    desk.fill("input[name=username]", "editor")
    desk.fill("input[name=password]", PASSWORD)
    press(desk.get_by_role("button", name="Log in"))
    desk.get_by_role("button", name="Use a passkey").click()
    desk.wait_for_url("**/admin/articles/article/")
