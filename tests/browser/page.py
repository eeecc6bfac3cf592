"""A sandbox, a receiver of webhooks, and a browser that looks at the page."""

import http.server
import os
import re
import subprocess
import threading
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE = 30  # seconds: far more than anything takes


class Receiver:
    """Takes webhooks; answers 503 until it is told to be well."""

    def __init__(self):
        self.is_well = False
        self.seen = 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                receiver.seen += 1
                self.send_response(200 if receiver.is_well else 503)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class Sandbox:
    def __init__(self, webhook_url):
        environment = {**os.environ, "PARTNER_WEBHOOK_SECRET": "browser-secret"}
        self.process = subprocess.Popen(
            ["target/debug/partner", "sandbox", "--ephemeral", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
             "--api-key", "browser-key", "--frozen-at", "2026-03-01T09:00:00.000Z", "--webhook-url", webhook_url],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.links = {}
        for line in self.process.stdout:
            name, _, value = line.strip().partition(": ")
            self.links[name] = value
            if name == "web page":
                return
        raise SystemExit("browser: the sandbox did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Page:
    def __init__(self):
        options = Options()
        options.binary_location = os.environ["CHROMIUM"]
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(os.environ["CHROMEDRIVER"]))
        self.size(1280, 900)
        self.scheme("light")

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": name}]})

    def script(self, is_on):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not is_on})

    def open(self, url):
        self.driver.get(url)

    def find(self, css):
        return self.until(lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, css)), None), css)

    def until(self, check, what):
        end, last = time.monotonic() + PATIENCE, None
        while time.monotonic() < end:
            try:
                found = check()
                if found:
                    return found
            except Exception as error:  # the page was just replaced
                last = error
            time.sleep(0.05)
        raise AssertionError(f"in vain: {what} ({last}); the page says: {self.text()[:2000]}")

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def says(self, text):
        self.until(lambda: text in self.text(), f"the page says {text!r}")

    def says_not(self, text):
        self.until(lambda: text not in self.text(), f"the page says nothing of {text!r}")

    def press(self, css):
        def click():
            element = self.driver.find_element(By.CSS_SELECTOR, css)
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return True
        self.until(click, f"a click on {css}")

    def unfold(self, css):
        """Opens what is folded; the page may be replaced meanwhile."""
        self.until(lambda: self.driver.execute_script(
            "const it = document.querySelector(arguments[0]); if (it && !it.open) it.querySelector('summary').click(); return it && it.open",
            css), f"{css} is open")

    def write(self, css, text):
        def write():
            element = self.driver.find_element(By.CSS_SELECTOR, css)
            element.clear()
            element.send_keys(text)
            return self.driver.find_element(By.CSS_SELECTOR, css).get_property("value") == text
        self.until(write, f"{text!r} in {css}")

    def keys(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def tab_to(self, css, most=80):
        """Reaches an element by the tabulator alone."""
        for _ in range(most):
            is_there = self.driver.execute_script(
                "return !!document.activeElement && document.activeElement.matches(arguments[0])", css)
            if is_there:
                return
            self.keys(Keys.TAB)
        raise AssertionError(f"{css} is not reached by {most} tabs")

    def overflows(self):
        return self.driver.execute_script("return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def errors(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def path(self):
        return re.sub(r"^http://[^/]*", "", self.driver.current_url)
