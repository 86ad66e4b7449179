"""What the stories use to reach a running Odoo: see conftest.py for the fixtures."""

from .browser import Browser
from .client import Client, RemoteError
from .freeradius import Nas, Radius
from .server import DemoServer

__all__ = ["Browser", "Client", "DemoServer", "Nas", "Radius", "RemoteError"]
