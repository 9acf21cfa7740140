"""A service in miniature, for tests of the embedded run: readiness, and the settings it was given."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

_ANSWERS = {
    "/healthz": {},
    "/readyz": {"degraded": ["lag"]},
    "/settings": {
        name: value for name, value in os.environ.items() if name.startswith(("HAIVAN_", "KAFKA_", "MONGO_"))
    },
}


class Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name that http.server calls
        known = self.path in _ANSWERS
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(_ANSWERS.get(self.path)).encode())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    HTTPServer((os.environ["HAIVAN_LISTEN"], int(os.environ["HAIVAN_PORT"])), Door).serve_forever()
