"""The security headers of every answer. Pages hold no inline script and no inline style, so none is allowed."""

from collections.abc import Sequence


def security_headers(origins: Sequence[str] = ()) -> dict[str, str]:
    """Headers to set on every response.

    Args:
        origins: the public origins of the four services; forms may post to them and be redirected among them
            (a browser checks `form-action` against redirects too).
    """
    return {
        "Content-Security-Policy": _content_security_policy(origins),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
    }


def _content_security_policy(origins: Sequence[str]) -> str:
    """`blob:` images are previews of photos not yet sent; `data:` is allowed nowhere."""
    directives = {
        "default-src": "'self'",
        "img-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": " ".join(dict.fromkeys(["'self'", *origins])),
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
