"""The colours: calm, one accent, and meaning only where a word or glyph says it, too.

Stylesheets use Textual's own tokens (`$background`, `$surface`, `$panel`, `$primary`, `$text-muted`
…) and the four meanings below: `$good`, `$waiting`, `$bad`, `$off`. Every theme has them, also
those that Textual brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.theme import BUILTIN_THEMES, Theme

if TYPE_CHECKING:
    from textual.app import App

DARK: Final = "tui-admin"
"""The default."""

LIGHT: Final = "tui-admin-light"

SLOW: Final = "ansi"
"""For a slow line: the terminal's own sixteen colours, half the bytes."""

PLAIN: Final = "plain"
"""For NO_COLOR: what is selected is told by reverse and bold alone."""

NAMES: Final = (DARK, LIGHT, SLOW, PLAIN)
"""What `ui.theme` may name; Textual's own themes work as well."""

_STEADY: Final = {
    "block-cursor-text-style": "none",
    # Textual's own is `reverse`, which on a background of its own colour hides the cursor.
    "input-cursor-text-style": "none",
}


def _scrollbar(bar: str, held: str, track: str) -> dict[str, str]:
    return {
        "scrollbar": bar,
        "scrollbar-hover": held,
        "scrollbar-active": held,
        "scrollbar-background": track,
        "scrollbar-background-hover": track,
        "scrollbar-background-active": track,
        "scrollbar-corner-color": track,
    }


_dark = Theme(
    name=DARK,
    primary="#7fb2d9",
    secondary="#5d7f9c",
    accent="#7fb2d9",
    success="#8fbf8a",
    warning="#d9b978",
    error="#de8484",
    foreground="#d5dae2",
    background="#14181e",
    surface="#1a1f27",
    panel="#222933",
    dark=True,
    variables={
        **_STEADY,
        "good": "#8fbf8a",
        "waiting": "#d9b978",
        "bad": "#de8484",
        "off": "#7c8594",
        "footer-background": "#14181e",
        "footer-description-foreground": "#9aa3b1",
        "block-cursor-background": "#2f5573",
        "block-cursor-foreground": "#f2f5f9",
        "block-cursor-blurred-background": "#263340",
        "block-hover-background": "#1f2630",
        "input-selection-background": "#7fb2d9 35%",
        "border": "#3c5468",
        "border-blurred": "#2b3542",
        "footer-key-foreground": "#7fb2d9",
        **_scrollbar("#343f4d", "#4a5a6d", "#171c23"),
    },
)

_light = Theme(
    name=LIGHT,
    primary="#1d5f94",
    secondary="#4d728f",
    accent="#1d5f94",
    success="#2c6e35",
    warning="#8a5a00",
    error="#a83232",
    foreground="#1f2630",
    background="#f7f8fa",
    surface="#eef0f4",
    panel="#e3e7ed",
    dark=False,
    variables={
        **_STEADY,
        "good": "#2c6e35",
        "waiting": "#8a5a00",
        "bad": "#a83232",
        "off": "#646d7a",
        "footer-background": "#f7f8fa",
        "footer-description-foreground": "#565f6c",
        "block-cursor-background": "#c5dcee",
        "block-cursor-foreground": "#10161d",
        "block-cursor-blurred-background": "#dde6ee",
        "block-hover-background": "#e9edf2",
        "input-selection-background": "#1d5f94 30%",
        "border": "#8ba6bc",
        "border-blurred": "#c9d1da",
        "footer-key-foreground": "#1d5f94",
        **_scrollbar("#c3cbd5", "#9fabb9", "#f0f2f5"),
    },
)


def _ansi(name: str, **variables: str) -> Theme:
    """Return a theme like Textual's `ansi-dark`, with the meanings in the terminal's colours."""
    pattern = BUILTIN_THEMES["ansi-dark"]
    return Theme(
        name=name,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_cyan",
        accent="ansi_blue",
        success="ansi_green",
        warning="ansi_yellow",
        error="ansi_red",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        variables={
            **pattern.variables,
            "good": "ansi_green",
            "waiting": "ansi_yellow",
            "bad": "ansi_red",
            "off": "ansi_bright_black",
            "footer-key-foreground": "ansi_blue",
            **variables,
        },
    )


_slow = _ansi(SLOW)
_plain = _ansi(
    PLAIN,
    **{
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-text-style": "reverse",
        "button-focus-text-style": "bold reverse",
    },
)


def register(app: App[Any]) -> None:
    """Make our themes known to the app."""
    for theme in (_dark, _light, _slow, _plain):
        app.register_theme(theme)


def meanings(theme: Theme) -> dict[str, str]:
    """Return the meanings in the colours of a theme that does not know them, as Textual's own.

    good: active, sent, accepted · waiting: invited, queued, due for approval ·
    bad: blocked, failed, rejected · off: revoked, expired, undone, withdrawn.
    """
    return {
        "good": theme.success or theme.primary,
        "waiting": theme.warning or theme.primary,
        "bad": theme.error or theme.primary,
        "off": "ansi_bright_black" if theme.ansi else "#808895",
    }


def choose(wish: str, *, no_colour: bool) -> str:
    """Return the theme to start with: NO_COLOR is stronger than the configuration."""
    return PLAIN if no_colour else wish
