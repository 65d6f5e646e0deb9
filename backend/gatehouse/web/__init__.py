"""The built web app: where it lies, how it is cached, and the headers that fence it in."""

from gatehouse.web.headers import SECURITY_HEADERS
from gatehouse.web.static import built_app, web_routes
from gatehouse.web.version import app_of

__all__ = ["SECURITY_HEADERS", "app_of", "built_app", "web_routes"]
