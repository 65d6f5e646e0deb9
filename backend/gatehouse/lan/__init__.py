"""HTTPS on the estate's own network: a certificate authority of its own, and a page that sets phones up.

Browsers give service workers, device keys and the camera to `https://` and to the machine itself only. Without a public
name there is no public certificate, so ``gatehouse serve --lan`` is its own authority:
docs/decisions/0010-https-on-the-lan.md.
"""
