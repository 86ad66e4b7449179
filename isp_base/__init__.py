from . import controllers, doors, models, wizards
