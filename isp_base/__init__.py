from . import controllers, doors, exports, models, wizards
from .hooks import uninstall_hook
