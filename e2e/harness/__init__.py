"""What the stories use to reach a running Odoo: see conftest.py for the fixtures."""

from .browser import Browser
from .client import Client, RemoteError
from .freeradius import Load, Nas, Radius
from .server import DemoServer

__all__ = ["Browser", "Client", "DemoServer", "Load", "Nas", "Radius", "RemoteError"]
