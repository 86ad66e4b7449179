from . import test_radius_transport
from . import test_router
