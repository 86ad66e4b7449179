"""Odoo's JSON-RPC as the web client speaks it: a session, then calls of methods."""

import requests

TIMEOUT = 60  # seconds
# Fields of which reading gives dots: their reader asks for each.
SECRETS = {
    "isp.service": ["password"],
    "isp.router": ["radius_secret"],
    "isp.radius.server": ["secret"],
}


class RemoteError(Exception):
    """Odoo answered with an exception; `name` is its class, the text its message."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        super().__init__(data.get("message") or error.get("message"))


class Client:
    """One person's session. `call` reaches any public method, `http` any page.

    :raises RemoteError: when login and password are not those of a user
    """

    def __init__(self, url, database, login, password):
        self.url, self.login = url, login
        self.http = requests.Session()
        credentials = {"db": database, "login": login, "password": password}
        self.uid = self.post("/web/session/authenticate", **credentials)["uid"]

    def post(self, path, **params):
        """Call a jsonrpc route; return its result."""
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise RemoteError(body["error"])
        return body.get("result")

    def get(self, path):
        """Fetch a page of this person; return the response, redirects followed."""
        return self.http.get(self.url + path, timeout=TIMEOUT)

    def call(self, model, method, *args, **kwargs):
        """`env[model].method(*args, **kwargs)`; the first argument of a method of
        records is the list of their ids."""
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def create(self, model, **values):
        """Create one record; return its id."""
        (record_id,) = self.call(model, "create", [values])
        return record_id

    def read(self, model, record_ids, *fields):
        """A list of dictionaries with `fields` of the records."""
        return self._reveal(model, self.call(model, "read", record_ids, list(fields)))

    def find(self, model, domain, *fields, **options):
        """`search_read`: a list of dictionaries."""
        rows = self.call(model, "search_read", domain, list(fields), **options)
        return self._reveal(model, rows)

    def _reveal(self, model, rows):
        """Put what the vault keeps into these rows, in the place of its dots."""
        for row in rows:
            for name in row.keys() & SECRETS.get(model, []):
                row[name] = self.call(model, "isp_reveal", [row["id"]], name)
        return rows
