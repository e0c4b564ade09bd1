"""A browser's bare bones: cookies and forms, no JavaScript. Enough to sign in and to read a page of one's own."""

import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request


class Forms(html.parser.HTMLParser):
    """The forms of a page: action, method and the values that the page filled in."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "method": attrs.get("method", "get"), "fields": {}})
        elif tag == "input" and self.forms and attrs.get("name") and attrs.get("type") not in ("submit", "radio",
                                                                                                "checkbox"):
            self.forms[-1]["fields"][attrs["name"]] = attrs.get("value", "")

    def handle_data(self, data):
        if data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self):
        """What a reader sees, on one line."""
        return " ".join(self.words)


class Pages:
    """One visitor of the pages."""

    def __init__(self, base):
        self.base = base.rstrip("/")
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path, fields=None):
        """Opens a page, or sends a form to it; follows redirects; gives status and the page."""
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base + "/", path), data,
                                         {"Accept": "text/html", "Sec-Fetch-Site": "same-origin",
                                          **({"Origin": self.base} if data is not None else {})})
        try:
            with self.opener.open(request, timeout=40) as response:
                return response.status, Forms(response.read().decode())
        except urllib.error.HTTPError as refused:
            return refused.code, Forms(refused.read().decode(errors="replace"))

    def sign_in(self, account):
        """Signs in through the form, as a person would."""
        status, page = self.open("/sign-in")
        form = next((form for form in page.forms if form["action"].endswith("/sign-in")), None)
        if form is None:
            return status, page
        fields = {**form["fields"], "email": account["email"], "password": account["password"]}
        return self.open(form["action"], fields)
