"""The other side of a newspaper's login, bare: host tokens, an OpenID Connect provider with one key, signed webhooks.

What a real provider does is checked in `tests/oidc/`; here it only has to vouch for whomever a check names.
"""

import base64
import hashlib
import hmac
import http.server
import json
import random
import threading
import time
import urllib.parse
import uuid

_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _digits(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _packed(value):
    return _digits(json.dumps(value).encode())


def host_token(issuer, audience, key_id, secret, subject, **claims):
    """A token as the newspaper's page is given it, signed by a shared secret."""
    now = int(time.time())
    said = {"iss": issuer, "aud": audience, "sub": subject, "iat": now, "exp": now + 600, **claims}
    signed = f"{_packed({'alg': 'HS256', 'kid': key_id, 'typ': 'JWT'})}.{_packed(said)}"
    return f"{signed}.{_digits(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def webhook(secret, event):
    """Headers and body of a Standard Webhook; `secret` is what stands behind `whsec_`."""
    body, key, name, at = json.dumps(event), base64.b64decode(secret), f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    signature = base64.b64encode(hmac.digest(key, f"{name}.{at}.{body}".encode(), "sha256")).decode()
    return {"Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": at,
            "webhook-signature": f"v1,{signature}"}, body


def _is_prime(number, rng):
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):
        power = pow(rng.randrange(2, number - 1), odd, number)
        if power not in (1, number - 1) and not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True


class _Key:
    """An RSA key of 2048 bits, for tests alone."""

    def __init__(self, rng):
        primes = []
        while len(primes) < 2:
            drawn = rng.getrandbits(1024) | (3 << 1022) | 1
            if drawn % 65537 != 1 and drawn not in primes and _is_prime(drawn, rng):
                primes.append(drawn)
        self.modulus = primes[0] * primes[1]
        self.private = pow(65537, -1, (primes[0] - 1) * (primes[1] - 1))

    def public(self):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "only", "e": "AQAB",
                "n": _digits(self.modulus.to_bytes(256, "big"))}

    def token(self, typ, claims):
        signed = f"{_packed({'alg': 'RS256', 'kid': 'only', 'typ': typ})}.{_packed(claims)}"
        padded = b"\0\1" + b"\xff" * 202 + b"\0" + _DIGEST_INFO + hashlib.sha256(signed.encode()).digest()
        return f"{signed}.{_digits(pow(int.from_bytes(padded, 'big'), self.private, self.modulus).to_bytes(256, 'big'))}"


class Provider:
    """A provider of OpenID Connect on loopback; whoever comes with a code that `vouch` gave is whom it named."""

    CLIENT = "belowline"

    def __init__(self, seed=1):
        self.key, self.codes = _Key(random.Random(seed)), {}
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, document):
                body = json.dumps(document).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                documents = {"/.well-known/openid-configuration": provider.metadata(),
                             "/jwks": {"keys": [provider.key.public()]}}
                self.answer(documents.get(self.path, {}))

            def do_POST(self):
                sent = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                claims = provider.codes.pop(sent.get("code"), None)
                self.answer(claims and {"token_type": "Bearer", "access_token": "unused",
                                        "id_token": provider.key.token("JWT", claims)})

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def metadata(self):
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks"}

    def vouch(self, location, subject, **claims):
        """The query that a browser which was sent to `location` comes back with, signed in as `subject`."""
        asked, now, code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query)), int(time.time()), uuid.uuid4().hex
        self.codes[code] = {"iss": self.issuer, "aud": self.CLIENT, "sub": subject, "iat": now, "exp": now + 600,
                            "nonce": asked["nonce"], **claims}
        return urllib.parse.urlencode({"code": code, "state": asked["state"]})

    def logout_token(self, **claims):
        """The provider's word that a session (`sid`) or everything of a person (`sub`) is over."""
        now = int(time.time())
        return self.key.token("logout+jwt", {
            "iss": self.issuer, "aud": self.CLIENT, "iat": now, "exp": now + 120, "jti": uuid.uuid4().hex,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **claims})

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
