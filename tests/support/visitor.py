"""A visitor of the portal without a browser: cookies, redirects, and forms as they stand."""

from __future__ import annotations

from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_admin.portal.door import App

FORM = "application/x-www-form-urlencoded"


class Form(NamedTuple):
    """A form: where it goes, what it holds, and the name and value of each of its buttons."""

    path: str
    values: dict[str, str]
    buttons: list[tuple[str, str]]


class Page(HTMLParser):
    """What a test looks for on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.fields: dict[str, dict[str, str | None]] = {}
        self.title = self.heading = self.language = ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        self._in = tag
        if tag == "html":
            self.language = found["lang"]
        elif tag == "form":
            self.forms.append(Form(found["action"], {}, []))
        elif tag == "input" and found.get("name"):
            self.forms[-1].values[found["name"]] = found.get("value") or ""
            self.fields[found["name"]] = found
        elif tag == "button" and found.get("name"):
            self.forms[-1].buttons.append((found["name"], found["value"]))

    def handle_data(self, data: str) -> None:
        if self._in == "h1":
            self.heading += data.strip()
        elif self._in == "title":
            self.title += data.strip()


class Answer(NamedTuple):
    """What came back."""

    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def page(self) -> Page:
        """Return the page."""
        return Page(self.text)

    def header(self, name: str) -> str:
        """Return the last header of a name, empty for none."""
        return next((value for each, value in reversed(self.headers) if each == name), "")

    def all_of(self, name: str) -> list[str]:
        """Return every header of a name."""
        return [value for each, value in self.headers if each == name]


class Visitor:
    """One browser, as far as the portal can tell."""

    def __init__(self, app: App, *, host: str = "127.0.0.1:8080", language: str = "en") -> None:
        self.app, self.host, self.language = app, host, language
        self.cookies: dict[str, str] = {}
        self.seen: list[str] = []
        self.last = Answer("", 0, [], b"")

    async def get(self, path: str, **headers: str) -> Answer:
        """Open an address, and go where it leads."""
        return await self._follow(await self.ask("GET", path, headers=headers))

    async def submit(
        self, form: int | str = -1, button: tuple[str, str] | None = None, /, **fields: str
    ) -> Answer:
        """Fill in a form of the page that is open (the one that goes to a path), and send it."""
        there = self.last.page.forms
        if isinstance(form, str):
            chosen = next(each for each in there if each.path == form)
        else:
            wanted = set(fields) or {"no such field"}
            chosen = next((each for each in there if wanted <= set(each.values)), there[form])
        values = {**chosen.values, **fields, **(dict([button]) if button else {})}
        return await self.post(chosen.path, values)

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send fields to an address, and go where that leads."""
        body = urlencode(fields).encode()
        return await self._follow(await self.ask("POST", path, [body], headers=headers))

    async def _follow(self, answer: Answer) -> Answer:
        for _ in range(5):
            if answer.status != 303:
                break
            answer = await self.ask("GET", answer.header("location"))
        self.last = answer
        return answer

    async def ask(
        self,
        method: str,
        path: str,
        body: Sequence[bytes] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer, wherever that leads."""
        self.seen.append(path)
        parts = urlsplit(path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
            "headers": self._headers(method, body, headers or {}),
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8080),
        }
        return await self._exchange(scope, body)

    def _headers(
        self, method: str, body: Sequence[bytes], more: Mapping[str, str]
    ) -> list[tuple[bytes, bytes]]:
        named = {"host": self.host, "accept-language": self.language}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if method == "POST":
            named |= {"content-type": FORM, "content-length": str(sum(map(len, body)))}
        named |= {name.replace("_", "-"): value for name, value in more.items()}
        return [(name.encode(), value.encode()) for name, value in named.items() if value]

    async def _exchange(self, scope: dict[str, Any], body: Sequence[bytes]) -> Answer:
        waiting = [*body] or [b""]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            part = waiting.pop(0) if waiting else b""
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        headers = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
        self._keep([value for name, value in headers if name == "set-cookie"])
        content = b"".join(each.get("body", b"") for each in sent[1:])
        return Answer(scope["path"], sent[0]["status"], headers, content)

    def _keep(self, set_cookies: Sequence[str]) -> None:
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
