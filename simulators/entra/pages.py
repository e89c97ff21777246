"""The pages on which people sign in by hand: pick an account, consent, and sign out again."""

from __future__ import annotations

import html
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from simulators.entra.grants import GrantError
from simulators.entra.interactive import LOOPBACK, Form, Interactive
from simulators.entra.people import PEOPLE, Person, person

_SESSION = "signed-in"
"""The cookie of the browser in which somebody has signed in."""


def routes(interactive: Interactive) -> list[web.RouteDef]:
    """`authorize` and `logout`."""

    async def authorize(request: web.Request) -> web.Response:
        asked = dict(request.query)
        try:
            interactive.check(asked)
        except GrantError as refused:
            return _html(_trouble_page(refused), refused.status)
        error, text = interactive.refusal(asked)
        if error:
            raise web.HTTPFound(_answer_url(asked, error=error, error_description=text))
        who = _chosen(asked, request.cookies.get(_SESSION, ""))
        return _html(_accounts_page(asked)) if who is None else _signed_in(interactive, asked, who)

    async def logout(request: web.Request) -> web.Response:
        address = request.query.get("post_logout_redirect_uri", "")
        if urlsplit(address).hostname not in LOOPBACK:
            return _html(_page("You have signed out", ""))
        back = web.HTTPFound(address)
        back.del_cookie(_SESSION)
        raise back

    base = "/{tenant}/oauth2/v2.0"
    return [web.get(f"{base}/authorize", authorize), web.get(f"{base}/logout", logout)]


def _signed_in(interactive: Interactive, asked: Form, who: Person) -> web.Response:
    if asked.get("consent") == "yes":
        interactive.consented.add(who.oid)
    if interactive.needs_consent and who.oid not in interactive.consented:
        if asked.get("consent") != "no":
            return _html(_consent_page(asked, who))
        told = {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
        raise web.HTTPFound(_answer_url(asked, **told))
    back = web.HTTPFound(_answer_url(asked, code=interactive.code(asked, who), session_state="s"))
    back.set_cookie(_SESSION, who.oid, httponly=True)
    raise back


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def _answer_url(asked: Form, **told: str) -> str:
    """Where the browser goes back to, with what is told."""
    mark = "#" if asked.get("response_mode") == "fragment" else "?"
    return f"{asked['redirect_uri']}{mark}{urlencode({**told, 'state': asked.get('state', '')})}"


def _accounts_page(asked: Form) -> str:
    """The page on which an account is picked."""
    links = [(one.name, one.email, {**asked, "account": one.oid}) for one in PEOPLE]
    rows = "".join(f"<li><a href='{_address(to)}'>{html.escape(f'{name} {mail}')}</a></li>" for name, mail, to in links)
    return _page("Pick an account", f"<ul>{rows}</ul>")


def _consent_page(asked: Form, who: Person) -> str:
    """The page on which the person lets the application sign them in, or does not."""
    accept, cancel = ({**asked, "account": who.oid, "consent": answer} for answer in ("yes", "no"))
    links = f"<a href='{_address(accept)}'>Accept</a> <a href='{_address(cancel)}'>Cancel</a>"
    return _page("Permissions requested", f"<p>{html.escape(who.email)}</p>{links}")


def _trouble_page(refused: GrantError) -> str:
    """What Entra says where it cannot send the browser back."""
    return _page("Sorry, but we’re having trouble signing you in", html.escape(refused.body["error_description"]))


def _chosen(asked: Form, signed_in: str) -> Person | None:
    """Who is to be signed in: the one who was picked, or is signed in already; None: they have to pick."""
    if picked := asked.get("account", ""):
        return person(picked)
    wants_to_pick = "select_account" in asked.get("prompt", "").split()
    return None if wants_to_pick or not signed_in else person(signed_in)


def _address(asked: Form) -> str:
    return html.escape(f"?{urlencode(asked)}", quote=True)


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>{body}</html>"
