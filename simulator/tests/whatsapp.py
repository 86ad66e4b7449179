"""What the tests of gateways have in common: settings, and a receiver of web hooks."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from isp_notice.gateways import Outgoing, get_gateway

SETTINGS = {
    "meta": {
        "account": "106540352242922",
        "business": "102290129340398",
        "token": "meta-token",
        "secret": "meta-secret",
        "verify_token": "meta-word",
    },
    "waha": {"token": "waha-key", "secret": "waha-hmac"},
    "fonnte": {"token": "fonnte-token"},
    "wablas": {"token": "wablas-token", "secret": "wablas-secret"},
}
PROVIDERS = tuple(SETTINGS)
TO = "6281234567890"


def make_gateway(provider, url, timeout=5, **settings):
    return get_gateway(
        provider, {**SETTINGS[provider], "url": url, **settings}, timeout
    )


def make_message(text="Tagihan Anda: Rp 250.000", to=TO, **values):
    return Outgoing(to, text, **{"key": "invoice-1", **values})


class Receiver:
    """An address for web hooks, which keeps what it gets there as (headers, body), and
    counts in `refused` what comes to another address."""

    def __init__(self):
        self.hooks, self.refused = [], 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_known = self.path == "/hook/secret"
                if is_known:
                    receiver.hooks.append((dict(self.headers), body))
                else:
                    receiver.refused += 1
                self.send_response(200 if is_known else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook/secret"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
