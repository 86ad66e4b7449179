from . import test_radius_transport
from . import test_router
from . import test_attributes
from . import test_radius_user
from . import test_session_sync
