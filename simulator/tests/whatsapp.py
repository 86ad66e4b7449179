"""What the tests of gateways have in common: settings, and a receiver of web hooks."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from isp_notice.gateways import Outgoing, get_gateway

SECRET = "hook-secret"
SETTINGS = {
    "meta": {
        "phone_number_id": "106540352242922",
        "business_account_id": "102290129340398",
        "token": "meta-token",
        "app_secret": "meta-secret",
        "verify_token": "meta-word",
    },
    "waha": {"api_key": "waha-key", "hmac_key": "waha-hmac"},
    "fonnte": {"token": "fonnte-token", "hook_secret": SECRET},
    "wablas": {
        "token": "wablas-token",
        "secret_key": "wablas-secret",
        "hook_secret": SECRET,
    },
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
    """An address for web hooks, which keeps what it gets as (headers, body).

    The secret in the address becomes a header, as a controller hands it on.
    """

    def __init__(self):
        self.hooks = hooks = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                secret = self.path.rpartition("/")[2]
                hooks.append(({**self.headers, "X-Hook-Secret": secret}, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/{SECRET}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
