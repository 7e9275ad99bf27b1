"""Debian's Chromium and Firefox ESR, driven by what the browsers themselves speak: WebDriver through chromedriver, Marionette.

    with Browser("firefox", language="zh-CN", size=(1280, 800)) as page:      # or "chromium"; both headless
        page.open(url); page.click("#read"); page.type("input[name=number]", "123456", page.ENTER)
        page.until("the holder", "return document.querySelector('#holder')?.textContent"); page.screenshot("shot.png")

Elements are named by CSS selectors, and shown ones are found in the whole document. Values go to scripts as arguments[0], and
come back as JSON. Wants nothing but Python; the browser's profile and its home are a folder of their own, gone in the end.
"""

import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

KINDS = ("chromium", "firefox")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

# What WebDriver calls a thing, and what Marionette calls it.
COMMANDS = {
    "open": ("POST", "/url", "WebDriver:Navigate"),
    "address": ("GET", "/url", "WebDriver:GetCurrentURL"),
    "title": ("GET", "/title", "WebDriver:GetTitle"),
    "reload": ("POST", "/refresh", "WebDriver:Refresh"),
    "back": ("POST", "/back", "WebDriver:Back"),
    "run": ("POST", "/execute/sync", "WebDriver:ExecuteScript"),
    "wait": ("POST", "/execute/async", "WebDriver:ExecuteAsyncScript"),
    "find": ("POST", "/element", "WebDriver:FindElement"),
    "find all": ("POST", "/elements", "WebDriver:FindElements"),
    "click": ("POST", "/element/{id}/click", "WebDriver:ElementClick"),
    "clear": ("POST", "/element/{id}/clear", "WebDriver:ElementClear"),
    "type": ("POST", "/element/{id}/value", "WebDriver:ElementSendKeys"),
    "text": ("GET", "/element/{id}/text", "WebDriver:GetElementText"),
    "is shown": ("GET", "/element/{id}/displayed", "WebDriver:IsElementDisplayed"),
    "role": ("GET", "/element/{id}/computedrole", "WebDriver:GetComputedRole"),
    "label": ("GET", "/element/{id}/computedlabel", "WebDriver:GetComputedLabel"),
    "actions": ("POST", "/actions", "WebDriver:PerformActions"),
    "release": ("DELETE", "/actions", "WebDriver:ReleaseActions"),
    "alert": ("GET", "/alert/text", "WebDriver:GetAlertText"),
    "accept": ("POST", "/alert/accept", "WebDriver:AcceptAlert"),
    "dismiss": ("POST", "/alert/dismiss", "WebDriver:DismissAlert"),
    "tab": ("GET", "/window", "WebDriver:GetWindowHandle"),
    "new tab": ("POST", "/window/new", "WebDriver:NewWindow"),
    "switch": ("POST", "/window", "WebDriver:SwitchToWindow"),
    "close tab": ("DELETE", "/window", "WebDriver:CloseWindow"),
    "frame": ("POST", "/frame", "WebDriver:SwitchToFrame"),
    "screenshot": ("GET", "/screenshot", "WebDriver:TakeScreenshot"),
    "pdf": ("POST", "/print", "WebDriver:Print"),
    "timeouts": ("POST", "/timeouts", "WebDriver:SetTimeouts"),
}


class BrowserError(Exception):
    """What the browser says it cannot do: `kind` is WebDriver's word ("no such element", "javascript error")."""

    def __init__(self, kind, message):
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Chromedriver:
    """WebDriver's own protocol over HTTP."""

    def __init__(self, folder, language, insecure, patience):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = start([program("chromedriver"), f"--port={port}"], folder)
        self.base = f"http://127.0.0.1:{port}"
        until_answer(patience, self.process, lambda: self.ask("GET", "/status")["ready"])
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--force-device-scale-factor=1", f"--user-data-dir={folder}/profile", f"--lang={language}"]
        # The prompt for this machine's network is the browser's: a person would say yes once.
        allowed = {"*": {"setting": 1}}
        preferences = {"intl.accept_languages": language, "profile.content_settings.exceptions": {
            "local_network_access": allowed, "loopback_network": allowed, "local_network": allowed}}
        session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "acceptInsecureCerts": insecure, "unhandledPromptBehavior": "ignore",
            "goog:chromeOptions": {"args": arguments, "prefs": preferences}}}})
        self.base += f"/session/{session['sessionId']}"
        self.version = session["capabilities"]["browserVersion"]

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"},
            method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as refused:
            value = json.loads(refused.read())["value"]
            raise BrowserError(value["error"], value["message"]) from None

    def do(self, name, values):
        method, path, _ = COMMANDS[name]
        values = dict(values)
        if "{id}" in path:
            path = path.replace("{id}", values.pop("id"))
        return self.ask(method, path, values if method == "POST" else None)

    def set_size(self, width, height):
        self.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}})

    def quit(self):
        self.ask("DELETE", "")


class Marionette:
    """Firefox's own protocol: JSON with its length before it, over TCP."""

    def __init__(self, folder, language, insecure, patience):
        profile = folder / "profile"
        profile.mkdir()
        preferences = {
            "marionette.port": 0, "intl.accept_languages": language, "browser.shell.checkDefaultBrowser": False,
            "browser.startup.page": 0, "browser.aboutwelcome.enabled": False, "app.update.enabled": False,
            "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.reportingpolicy.firstRun": False,
            "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
            "browser.safebrowsing.malware.enabled": False, "browser.safebrowsing.phishing.enabled": False,
            "extensions.update.enabled": False, "security.sandbox.warn_unprivileged_namespaces": False,
            # The prompt for this machine's network is the browser's: a person would say yes once.
            "network.lna.prompt.testing": True, "network.lna.prompt.testing.allow": True,
        }
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()))
        self.process = start(
            [program("firefox-esr", "firefox"), "--headless", "--marionette", "--remote-allow-system-access", "--no-remote",
             "--profile", str(profile)], folder)
        port = profile / "MarionetteActivePort"
        until_answer(patience, self.process, lambda: port.exists() and port.read_text().strip())
        self.socket = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=120)
        self.rest, self.number = b"", 0
        self.receive()
        session = self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": insecure, "unhandledPromptBehavior": "ignore"}}})
        self.version = session["capabilities"]["browserVersion"]

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            raise BrowserError("connection closed", "Firefox has ended")
        self.rest += part

    def receive(self):
        while b":" not in self.rest:
            self.more()
        length, _, self.rest = self.rest.partition(b":")
        while len(self.rest) < int(length):
            self.more()
        message, self.rest = self.rest[: int(length)], self.rest[int(length):]
        return json.loads(message)

    def ask(self, name, values):
        self.number += 1
        body = json.dumps([0, self.number, name, values]).encode()
        self.socket.sendall(b"%d:%s" % (len(body), body))
        while True:
            _, number, problem, result = self.receive()
            if number != self.number:
                continue
            if problem:
                raise BrowserError(problem["error"], problem["message"])
            return result

    def do(self, name, values):
        if name == "screenshot":
            values = {"full": False, "hash": False}
        result = self.ask(COMMANDS[name][2], values)
        # Windows and lists come bare, everything else as {"value": …}.
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def set_size(self, width, height):
        # The window has a least size. What shows the page has none.
        self.ask("Marionette:SetContext", {"value": "chrome"})
        try:
            self.ask("WebDriver:ExecuteScript", {"args": [width, height], "script": """
                for (const [side, length] of [["width", arguments[0]], ["height", arguments[1]]])
                    for (const bound of [side, "min-" + side, "max-" + side])
                        gBrowser.selectedBrowser.style.setProperty(bound, length + "px");"""})
        finally:
            self.ask("Marionette:SetContext", {"value": "content"})

    def quit(self):
        try:
            self.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
            self.process.wait(15)
        finally:
            self.socket.close()


def program(*names):
    for name in names:
        if found := shutil.which(name):
            return found
    raise BrowserError("no browser", f"{names[0]} is missing: run make setup")


def start(command, folder):
    # A home of its own: neither browser starts in one that belongs to somebody else.
    environment = dict(os.environ, HOME=str(folder), XDG_RUNTIME_DIR=str(folder), MOZ_CRASHREPORTER_DISABLE="1", TZ="UTC")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS"):
        environment.pop(name, None)
    log = open(folder / "log", "ab")
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def until_answer(seconds, process, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := condition():
                return value
        except OSError:
            pass
        if process.poll() is not None:
            raise BrowserError("no browser", f"it ended at once with {process.returncode}")
        time.sleep(0.05)
    raise BrowserError("no browser", f"it did not answer within {seconds} seconds")


class Browser:
    """One headless browser with one profile. `kind` is "chromium" or "firefox"; `insecure` takes any certificate."""

    ENTER, TAB, ESCAPE, BACKSPACE, SPACE = "\ue007", "\ue004", "\ue00c", "\ue003", " "
    LEFT, UP, RIGHT, DOWN, HOME, END = "\ue012", "\ue013", "\ue014", "\ue015", "\ue011", "\ue010"
    SHIFT, CONTROL, ALT = "\ue008", "\ue009", "\ue00a"
    F1, F2, F5, F8, F9 = "\ue031", "\ue032", "\ue035", "\ue038", "\ue039"

    def __init__(self, kind, language="en-US", size=(1280, 800), insecure=False, patience=60):
        if kind not in KINDS:
            raise ValueError(f"{kind}: one of {', '.join(KINDS)}")
        self.kind, self.patience, self.size, self.driver = kind, patience, size, None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{kind}-"))
        try:
            driver = object.__new__(Chromedriver if kind == "chromium" else Marionette)
            self.driver = driver
            driver.__init__(self.folder, language, insecure, patience)
            self.do("timeouts", script=patience * 1000, pageLoad=patience * 1000, implicit=0)
            self.set_size(*size)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def version(self):
        return self.driver.version

    def do(self, name, **values):
        return self.driver.do(name, values)

    def close(self):
        """Ends the browser and everything it started, and removes its profile."""
        process = getattr(self.driver, "process", None)
        if process is not None:
            try:
                self.driver.quit()
            except (BrowserError, OSError, AttributeError, subprocess.TimeoutExpired):
                pass
            # The group is the browser's own, and its children may outlive it.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Pages and tabs.

    def open(self, url):
        self.do("open", url=url)

    def reload(self):
        self.do("reload")

    def back(self):
        self.do("back")

    @property
    def address(self):
        return self.do("address")

    @property
    def title(self):
        return self.do("title")

    @property
    def tab(self):
        """The name of the tab in front, for `switch`."""
        return self.do("tab")

    def new_tab(self, url=None):
        """Opens a tab, switches to it and gives its name."""
        handle = self.do("new tab", type="tab")["handle"]
        self.switch(handle)
        self.set_size(*self.size)
        if url:
            self.open(url)
        return handle

    def switch(self, tab):
        self.do("switch", handle=tab)

    def close_tab(self):
        self.do("close tab")

    def frame(self, selector=None):
        """Goes into a frame; without a selector back to the page."""
        self.do("frame", id=self.find(selector) if selector else None)

    def set_size(self, width, height):
        """Makes what the page of this tab has this many CSS pixels; as narrow as a telephone, if wanted."""
        self.size = width, height
        self.driver.set_size(width, height)
        self.until(f"a page of {width}x{height}", "return innerWidth == arguments[0] && innerHeight == arguments[1]",
                   width, height)

    # Scripts.

    def run(self, script, *arguments):
        """Runs a function's body in the page; what it returns, once a promise among it is kept."""
        return self.do("run", script=script, args=list(arguments))

    def wait(self, script, *arguments):
        """Runs a function's body that calls its last argument with the value."""
        return self.do("wait", script=script, args=list(arguments))

    def until(self, what, condition, *arguments, seconds=20):
        """Waits until a script, or a function of Python's, gives something true, and gives that."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(condition, *arguments) if isinstance(condition, str) else condition()
            if value:
                return value
            if time.monotonic() > end:
                raise BrowserError("timeout", f"{what} did not come within {seconds} seconds")
            time.sleep(0.05)

    # Elements.

    def find(self, selector):
        """The first element of a CSS selector, for `run` as an argument. BrowserError "no such element" where there is none."""
        return self.do("find", using="css selector", value=selector)

    def find_all(self, selector):
        return self.do("find all", using="css selector", value=selector)

    def element(self, one):
        return (self.find(one) if isinstance(one, str) else one)[ELEMENT]

    def click(self, selector):
        """As a person clicks: an element that is covered or hidden cannot be clicked."""
        self.do("click", id=self.element(selector))

    def type(self, selector, *text):
        self.do("type", id=self.element(selector), text="".join(text))

    def clear(self, selector):
        self.do("clear", id=self.element(selector))

    def text(self, selector):
        """Text as it is shown."""
        return self.do("text", id=self.element(selector))

    def is_shown(self, selector):
        return any(self.do("is shown", id=element[ELEMENT]) for element in self.find_all(selector))

    def role(self, selector):
        """The role that a screen reader is told."""
        return self.do("role", id=self.element(selector))

    def label(self, selector):
        """The name that a screen reader says."""
        return self.do("label", id=self.element(selector))

    def keys(self, *keys):
        """Presses keys one after the other wherever the focus is; a tuple is a chord: keys((page.CONTROL, "a"), page.TAB)."""
        actions = []
        for key in keys:
            for chord in [key] if isinstance(key, tuple) else [(one,) for one in key]:
                actions += [{"type": "keyDown", "value": one} for one in chord]
                actions += [{"type": "keyUp", "value": one} for one in reversed(chord)]
        self.do("actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    # Dialogs of the page.

    def dialog(self, accept=True):
        """Answers alert, confirm or beforeunload, and gives its text."""
        text = self.do("alert")
        self.do("accept" if accept else "dismiss")
        return text

    # Pictures.

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.do("screenshot")))

    def pdf(self, path):
        """What the page prints, on A4."""
        page = {"width": 21.0, "height": 29.7}
        pathlib.Path(path).write_bytes(base64.b64decode(self.do("pdf", page=page, background=True)))
