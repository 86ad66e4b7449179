from . import portal
from . import radius_server
