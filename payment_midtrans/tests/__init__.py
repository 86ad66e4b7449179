from . import test_notifications
from . import test_provider
