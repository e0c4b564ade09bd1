"""HTTP/1.1 by hand, on a bare socket: for requests that no polite client would send, or not in this rhythm."""

import http.client
import json
import socket


def head(method, path, port, token=None, length=None, extra=()):
    """The head of a request, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if length is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in extra]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Held:
    """A request that is sent in two parts; what lies between them is up to the caller."""

    def __init__(self, port, method, path, token, body=None, key=None):
        self.method = method
        data = b"" if body is None else json.dumps(body).encode()
        extra = [("Idempotency-Key", key)] if key else []
        message = head(method, path, port, token, len(data) if body is not None else None, extra) + data
        cut = len(message) - (len(data) // 2 if data else 2)
        self.rest = message[cut:]
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=40)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(message[:cut])

    def finish(self):
        """Sends the rest and reads the answer: status and the problem's code."""
        try:
            self.socket.sendall(self.rest)
            response = http.client.HTTPResponse(self.socket, method=self.method)
            response.begin()
            raw = response.read()
        finally:
            self.socket.close()
        try:
            found = json.loads(raw)
        except ValueError:
            found = None
        return response.status, found
