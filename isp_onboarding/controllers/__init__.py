from . import handover, portal
