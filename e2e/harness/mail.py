"""A mail server that keeps what it is given, and can be down."""

import socketserver
import threading

from tools import process


class MailServer:
    """SMTP (RFC 5321, as much as a client needs) on a port of 127.0.0.1.

    The port is chosen once; `start` and `stop` make it answer and refuse.
    `messages` are the texts that were delivered.
    """

    def __init__(self):
        self.port, self.messages, self._server = process.free_port(), [], None

    def start(self):
        messages = self.messages

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self._say("220 mail.example")
                while line := self.rfile.readline().decode():
                    command = line[:4].upper().strip()
                    if command == "DATA":
                        self._say("354 go on")
                        messages.append(self._read_message())
                    self._say("221 bye" if command == "QUIT" else "250 ok")

            def _say(self, text):
                self.wfile.write(f"{text}\r\n".encode())

            def _read_message(self):
                lines = iter(self.rfile.readline, b".\r\n")
                return b"".join(lines).decode(errors="replace")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Session)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
