from . import address_search
from . import portal
from . import radius_server
