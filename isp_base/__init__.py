from . import controllers, doors, models, wizards
from .hooks import uninstall_hook
