"""One request: who asks, in which language, with what filled in, and how it is answered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, RedirectResponse

from tui_admin.domain.joining import Visit
from tui_admin.portal import cookies, csrf, rendering
from tui_admin.portal.forms import shown
from tui_admin.portal.steps import NUMBER, OF, path_after
from tui_admin.portal.words import Words, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from tui_admin.domain.joining import Passed, Step
    from tui_admin.portal.site import Site


class Call:
    """What a page's handler is given."""

    def __init__(self, site: Site, request: Request) -> None:
        """Take a request; nothing is read of its body yet."""
        self.site, self.request = site, request
        self.joining = site.joining
        self.words = Words(chosen(request.headers.get("accept-language", "")))
        self.jar = cookies.Jar(secure=site.address.secure)
        self.session = self.jar.get(request, cookies.SESSION)
        self.visit: Visit | None = None
        self.fields: dict[str, str] = {}
        self._visitor = self.jar.get(request, cookies.VISITOR)

    @property
    def language(self) -> str:
        """Return the language of the pages."""
        return self.words.language

    def field(self, name: str) -> str:
        """Return what was typed into a field, empty where there was none."""
        return self.fields.get(name, "")

    def cookie(self, name: str) -> str:
        """Return the value of one of our cookies."""
        return self.jar.get(self.request, name)

    async def look(self) -> Visit:
        """Find out who asks."""
        if self.visit is None:
            self.visit = await self.joining.visit(self.session) if self.session else Visit()
        return self.visit

    @property
    def genuine(self) -> bool:
        """Say whether the form was sent from a page that we gave to this browser."""
        return csrf.is_ours(self._visitor, self.field(csrf.FIELD))

    @cached_property
    def _browser(self) -> str:
        return self._visitor or csrf.new_visitor()

    # Answers

    def page(
        self,
        name: str,
        status: int = 200,
        *,
        step: Step | None = None,
        problems: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> Response:
        """Answer with a page.

        `problems` says what is wrong, by field name; under "" what no field is to blame for.
        `values` is what its fields hold, unless something was typed.
        """
        number = NUMBER.get(step) if step is not None else None
        text = rendering.render(
            name,
            t=self.words,
            language=self.language,
            environment=self.site.environment,
            root=self.site.address.path,
            csrf=csrf.form_token(self._browser),
            member=self.visit.member if self.visit else None,
            progress=self.words("step", number=number, of=OF) if number else "",
            problems=problems or {},
            values={**(values or {}), **shown(self.fields)},
            **facts,
        )
        answer = HTMLResponse(text, status, {"Content-Language": self.language})
        if not self._visitor:
            self.jar.put(answer, cookies.VISITOR, self._browser)
        return answer

    def notice(
        self,
        said: str,
        status: int = 200,
        *links: tuple[str, str],
        why: str = "",
        **facts: Any,
    ) -> Response:
        """Answer with a page that only says something, under `said` in the words, or `why`.

        `links` are the ways on: paths, and the words' keys for them.
        """
        why = why or self.words(said, **facts)
        return self.page("notice", status, title=self.words(f"{said}_title"), why=why, links=links)

    def go(self, path: str) -> Response:
        """Answer by sending the browser to another page, so that a reload sends nothing again."""
        return RedirectResponse(self.site.address.path + path, 303)

    def passed(self, passed: Passed, *, forget: tuple[str, ...] = ()) -> Response:
        """Answer a step that was taken: keep its session, and go to the page that comes next."""
        answer = self.go(path_after(passed))
        self.jar.put(answer, cookies.SESSION, passed.session)
        for name in forget:
            self.jar.drop(answer, name)
        return answer
