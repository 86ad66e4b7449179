from . import routeros
