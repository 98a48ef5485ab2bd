"""What every request passes, whatever it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.conftest import app_of
from tests.support.visitor import FORM, Visitor
from tui_admin.portal.door import LARGEST_BODY

if TYPE_CHECKING:
    from tests.portal.conftest import Browse
    from tests.support.company import Company

PLACES = ["/invitation", "/sign-in", "/nothing/here", "/static/portal.css", "/healthz"]


@pytest.mark.parametrize("path", PLACES)
async def test_no_page_can_be_framed_or_made_to_load_anything(
    browse_small: Browse, path: str
) -> None:
    answer = await browse_small().get(path)

    policy = answer.header("content-security-policy")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"


@pytest.mark.parametrize("path", ["/invitation", "/sign-in", "/registration", "/nothing/here"])
async def test_no_page_is_kept_by_a_browser_or_proxy(browse_small: Browse, path: str) -> None:
    assert (await browse_small().get(path)).all_of("cache-control") == ["no-store"]


async def test_what_is_the_same_for_all_may_be_kept(browse_small: Browse) -> None:
    answer = await browse_small().get("/static/portal.css")
    assert "immutable" in answer.header("cache-control")
    assert answer.header("content-type").startswith("text/css")


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8080", "", "a@127.0.0.1"]
)
async def test_a_foreign_host_is_turned_away(browse_small: Browse, path: str, host: str) -> None:
    answer = await browse_small(host=host).get(path)

    assert answer.status == 400
    assert "evil" not in answer.text


async def test_two_hosts_are_none(small: Company) -> None:
    visitor = Visitor(app_of(small))
    plain = visitor._headers
    visitor._headers = lambda *asked: [*plain(*asked), (b"host", b"127.0.0.1")]  # type: ignore[method-assign]
    assert (await visitor.get("/sign-in")).status == 400


async def test_whatever_watches_may_ask_by_number_whether_it_lives(small: Company) -> None:
    app = app_of(small, "https://join.acme.example")
    assert (await Visitor(app, host="127.0.0.1:8080").get("/healthz")).text == "ok\n"
    assert (await Visitor(app, host="127.0.0.1:8080").get("/sign-in")).status == 400


async def test_a_body_that_says_it_is_too_large_is_not_read(browse_small: Browse) -> None:
    visitor = browse_small()
    answer = await visitor.ask(
        "POST", "/sign-in", [b"x"], {"content-length": str(LARGEST_BODY + 1)}
    )
    assert answer.status == 413


async def test_a_body_that_does_not_say_is_cut_off_as_it_comes(browse_small: Browse) -> None:
    visitor = browse_small()
    await visitor.get("/sign-in")
    parts = [b"email=" + b"x" * 1000] * 1000
    read = len(parts)

    answer = await visitor.ask("POST", "/sign-in", parts, {"content-length": ""})

    assert answer.status == 413
    assert read == 1000
    assert answer.page.heading == "That is too much"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"&".join(b"a%d=1" % each for each in range(100))),
        (FORM, b"email=\xff"),
        (FORM, b"email=%ff"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/json", b"{}"),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(
    browse_small: Browse, kind: str, body: bytes
) -> None:
    answer = await browse_small().ask("POST", "/sign-in", [body], {"content-type": kind})
    assert answer.status == 400
    assert answer.page.heading == "This form could not be read"


async def test_with_tls_cookies_are_for_this_very_host_alone(small: Company) -> None:
    visitor = Visitor(app_of(small, "https://join.acme.example"), host="join.acme.example")
    answer = await visitor.ask("GET", "/invitation/" + "x" * 43)
    await visitor.get("/sign-in")

    assert set(visitor.cookies) == {"__Host-invitation", "__Host-visitor"}
    (cookie,) = answer.all_of("set-cookie")
    for said in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert said in cookie
    assert "Domain" not in cookie
    assert answer.header("strict-transport-security")


async def test_without_tls_there_is_no_secure_cookie_that_no_browser_would_keep(
    browse_small: Browse,
) -> None:
    answer = await browse_small().ask("GET", "/invitation/" + "x" * 43)
    (cookie,) = answer.all_of("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert not answer.header("strict-transport-security")


@pytest.mark.parametrize("path", ["/people/sign-in", "/sign-in"])
async def test_a_portal_below_a_path_is_found_with_and_without_it(
    small: Company, path: str
) -> None:
    visitor = Visitor(app_of(small, "https://acme.example/people"), host="acme.example")
    answer = await visitor.get(path)
    assert answer.status == 200
    assert answer.page.forms[-1].path == "/people/sign-in"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/", 303),
        ("GET", "//evil.example", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e", 404),
        ("DELETE", "/sign-in", 405),
        ("GET", "/sign-out", 405),
        ("POST", "/registration", 405),
        ("GET", "/registration/99999999999999999999", 303),
        ("HEAD", "/sign-in", 200),
    ],
)
async def test_what_there_is_not_is_said_on_a_page_like_the_others(
    browse_small: Browse, method: str, path: str, status: int
) -> None:
    visitor = browse_small(language="nl")
    answer = await visitor.ask(method, path)
    assert answer.status == status
    if status in (404, 405):
        assert answer.page.language == "nl"
        assert answer.page.heading
