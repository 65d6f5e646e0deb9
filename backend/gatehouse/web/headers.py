"""Headers that every page of ours carries. All scripts, styles and connections are our own, so the policy is short."""

# `connect-src 'self'` covers ws: and wss: of the same host in every browser the app runs on (Safari since 15.4).
# The one Trusted Types policy lets the service worker's address through: frontend/src/shell/worker.ts.
CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one rule a line is what a reviewer can check
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types gatehouse",
    ]
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
