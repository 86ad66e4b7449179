"""Fetching what is outside: what users write as an address leads to no device here."""

import ipaddress
import socket
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError


def is_outside(address):
    """Whether an IP address (str) is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(ip, "ipv4_mapped", None) or ip).is_global


def leads_outside(url):
    """Whether all addresses of the host of this URL are of the public internet."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(is_outside(answer[4][0]) for answer in found)


class _Checked:
    """Looks where a connection has come to, before a word is said: a name may have
    another address than it had a moment ago."""

    def _new_conn(self):
        connection = super()._new_conn()
        if not is_outside(connection.getpeername()[0]):
            connection.close()
            raise NewConnectionError(self, "This address is not outside.")
        return connection


class _Connection(_Checked, HTTPConnection):
    pass


class _SecureConnection(_Checked, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return result


class OutsideSession(requests.Session):
    """A session that goes nowhere but outside, wherever it is redirected to."""

    def __init__(self):
        super().__init__()
        self.trust_env = False  # a proxy would go where we look not
        self.mount("http://", _Adapter(max_retries=0))
        self.mount("https://", _Adapter(max_retries=0))
