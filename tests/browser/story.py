"""The story that the page has to tell, in a browser: with a mouse, with keys alone, on a phone, in the dark, without script."""

import sys
import time

from page import Keys, Page, Receiver, Sandbox

SCREENSHOTS = "crates/partner-api-sandbox/docs"
TAKES_SCREENSHOTS = "--screenshots" in sys.argv


def main():
    began = time.monotonic()
    receiver = Receiver()
    sandbox = Sandbox(receiver.url)
    page = Page()
    try:
        for step in [enter, create_and_verify, money_and_cards, suspend_and_see_refusals, clock, webhooks, requests, books,
                     world, live, keyboard_only, phone, dark, without_script, leave]:
            step(page, sandbox, receiver)
            errors = page.errors()
            assert not errors, f"{step.__name__} left errors on the console: {errors}"
            print(f"browser: {step.__name__.replace('_', ' ')}: ok")
    finally:
        page.driver.quit()
        sandbox.stop()
    print(f"browser: all well in {time.monotonic() - began:.0f} s")


def shoot(page, name):
    if TAKES_SCREENSHOTS:
        page.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        time.sleep(0.2)
        page.driver.save_screenshot(f"{SCREENSHOTS}/{name}.png")


def enter(page, sandbox, _):
    page.open(sandbox.links["web page"])
    page.says("There are no users yet")
    assert page.path() == "/"
    # Everything came in one answer.
    count = page.driver.execute_script("return performance.getEntriesByType('resource').filter(it => !it.name.includes('/page/live')).length")
    assert count == 0, count


def create_and_verify(page, *_):
    page.press("#create_user button[type=submit]")
    page.says("Done: new user")
    assert page.path().startswith("/page/users/")
    page.press("[data-move='USER_VERIFICATION/submit']")
    page.says("add verification")
    page.press("[data-move='USER_VERIFICATION/approve']")
    page.says("decide verification")


def money_and_cards(page, *_):
    page.unfold("#fund")
    page.press("#fund button[type=submit]")
    page.says("100.00")
    page.unfold("#create_card")
    page.press("#create_card button[type=submit]")
    page.find("[data-move='CARD/block']")


def suspend_and_see_refusals(page, *_):
    page.press("[data-move='USER_STANDING/suspend']")
    page.says("Refused: a card is active")
    page.says("L4 card_must_not_be_active")
    page.press("[data-move='CARD/block']")
    page.find("[data-state=blocked]")
    page.press("[data-move='USER_STANDING/suspend']")
    page.says("No money moves and no card works")
    assert page.find("[data-may-not=transfer]")
    page.unfold("#fund")
    page.write("#fund-amount", "7")
    page.press("#fund button[type=submit]")
    page.says("Refused: the user is suspended")
    page.says("L3 user_must_not_be_suspended")
    assert page.find("#fund-amount").get_attribute("value") == "7", "what was written is still there"
    page.size(1280, 1000)
    shoot(page, "user")
    page.size(1280, 900)
    page.press("[data-move='USER_STANDING/unsuspend']")
    page.says_not("No money moves")
    assert page.find("[data-may=transfer]")


def clock(page, *_):
    page.unfold("#clock")
    page.press("#clock [data-ask=advance]:nth-of-type(1)")
    page.until(lambda: "09:00:01" in page.find("#now").text, "the clock shows a second more")
    for _ in range(3):
        before = page.find("#now").text
        page.press("#clock form:nth-of-type(5) button")
        page.until(lambda: page.find("#now").text != before, "the clock moves on")
    page.press("#clock summary")


def webhooks(page, _, receiver):
    page.press("nav a[href='/page/webhooks']")
    page.says("given up")
    # Something that fails and waits, so that the waterfall shows all there is.
    page.unfold("#trigger")
    page.press("#trigger button[type=submit]")
    page.says("Done: send a sample")
    page.until(lambda: page.driver.find_elements("css selector", "circle.due"), "an attempt that is due")
    receiver.is_well = True
    page.press("#deliveries ~ .deliveries li:nth-child(2) [data-ask=resend]")
    page.says("Done: resend")
    page.says("delivered")
    assert 0 < receiver.seen
    shoot(page, "webhooks")


def requests(page, sandbox, _):
    import urllib.error
    import urllib.request
    for path, method in [("/v1/partner/balances", "GET"), ("/v1/user/balances/anna", "GET"), ("/v1/user/suspend/ghost", "PATCH")]:
        request = urllib.request.Request(sandbox.links["partner api"] + path, method=method, headers={"x-api-key": "browser-key"})
        try:
            urllib.request.urlopen(request).read()
        except urllib.error.HTTPError as error:
            error.read()
    page.press("nav a[href='/page/requests']")
    page.says("GET /v1/partner/balances")
    page.says("user_must_exist")
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.press("[data-copy^='curl']")
    page.says("copied")
    copied = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.startswith("curl -sS -X ") and "$PARTNER_API_KEY" in copied and "browser-key" not in copied, copied
    page.press("table.log tbody th a")
    page.says("As a Rust test")


def books(page, *_):
    page.press("nav a[href='/page/books']")
    page.says("Sum over all accounts")
    page.find("svg rect")
    page.press("button[name=audit]")
    page.says("Every balance is what")


def world(page, *_):
    page.press("nav a[href='/page/world']")
    for amount in ["250", "75.50"]:
        page.unfold("#sepa_deposit")
        page.write("#sepa_deposit-externalUserId", "anna")
        page.write("#sepa_deposit-amount", amount)
        page.press("#sepa_deposit button[type=submit]")
        page.says(amount.rstrip("0").rstrip("."))
        page.unfold("#clock")
        page.press("#clock form:nth-of-type(5) button")
        page.find("#clock .outcome")
        page.keys(Keys.ESCAPE)
    page.press(".switches li:nth-child(2) [data-ask=add_fault]")
    page.find("[data-on=true]")
    page.press("[data-on=true] [data-ask=remove_fault]")
    page.until(lambda: not page.driver.find_elements("css selector", "[data-on=true]"), "the fault is off")
    page.press("nav a[href='/page/books']")
    page.says("Sum over all accounts")
    shoot(page, "books")


def live(page, sandbox, _):
    """What somebody else does appears by itself, and what is being written stays."""
    page.open(sandbox.links["control"] + "/")
    page.unfold("#create_user")
    page.write("#create_user-city", "Gdansk")
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.open(sandbox.links["control"] + "/")
    page.unfold("#create_user")
    page.press("#create_user button[type=submit]")
    page.says("Done: new user")
    page.driver.close()
    page.driver.switch_to.window(first)
    page.until(lambda: page.driver.find_elements("link text", "ben"), "the new user appears")
    assert page.find("#create_user-city").get_attribute("value") == "Gdansk"


def keyboard_only(page, sandbox, _):
    page.open(sandbox.links["control"] + "/page/books")
    page.keys("g", "u")
    page.until(lambda: page.path() == "/", "g u leads to the users")
    page.keys("/")
    page.until(lambda: page.driver.execute_script("return document.activeElement.id") == "find", "/ leads to the search")
    page.keys("ben", Keys.ENTER)
    page.until(lambda: page.path().startswith("/page/users/"), "enter finds the user")
    page.tab_to("[data-move='USER_VERIFICATION/submit']")
    page.keys(Keys.ENTER)
    page.says("Done: submit")
    page.tab_to("[data-move='USER_VERIFICATION/approve']")
    page.keys(" ")
    page.says("Done: approve")
    page.tab_to("#fund summary")
    page.keys(Keys.ENTER)
    page.tab_to("#fund button[type=submit]")
    page.keys(Keys.ENTER)
    page.says("Done: send money")
    page.keys(Keys.ESCAPE, "c")
    page.until(lambda: page.driver.execute_script("return document.getElementById('clock').open"), "c opens the clock")
    page.keys(Keys.ESCAPE)


def phone(page, sandbox, _):
    page.size(390, 844)
    for path in ["/", "/page/books", "/page/decisions", "/page/webhooks", "/page/requests", "/page/world", "/page/users/find?id=anna"]:
        page.open(sandbox.links["control"] + path)
        page.find("main h1")
        assert not page.overflows(), f"{path} is wider than a phone"
    shoot(page, "phone")
    page.size(1280, 900)


def dark(page, sandbox, _):
    page.scheme("dark")
    page.open(sandbox.links["control"] + "/")
    page.find("main h1")
    paper = page.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert all(int(part) < 64 for part in paper[4:-1].split(",")), paper
    shoot(page, "dark")
    page.scheme("light")


def without_script(page, sandbox, _):
    page.script(False)
    page.open(sandbox.links["control"] + "/")
    page.unfold("#create_user")
    page.press("#create_user button[type=submit]")
    page.says("Done: new user")
    page.press("[data-move='USER_STANDING/suspend']")
    page.says("No money moves and no card works")
    page.script(True)


def leave(page, sandbox, _):
    page.open(sandbox.links["control"] + "/")
    page.press("footer button")
    page.says("Control key")
    page.errors()  # the page that asks for the key is a 401, which the console says


if __name__ == "__main__":
    main()
