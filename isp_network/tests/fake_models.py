"""Models that only a test has (odoo-test-helper does not know Odoo 19)."""

from odoo.models import MetaModel
from odoo.orm.model_classes import add_to_registry


def load(test_class, *definitions):
    """Add these classes to the registry until the test class is through.

    A class must be imported where it is loaded, not at the top of a file: Odoo takes
    what is imported with the tests of an addon for a part of it.
    """
    env = test_class.env
    registry = env.registry
    names = [definition._name for definition in definitions]
    before = {n: registry[n]._base_classes__ for n in names if n in registry}
    for definition in definitions:
        mine = MetaModel._module_to_models__[definition._module]
        if definition in mine:
            mine.remove(definition)
        add_to_registry(registry, definition)
    test_class.addClassCleanup(_unload, env, names, before)
    registry._setup_models__(env.cr, names)
    fresh = [name for name in names if name not in before]
    if fresh:
        registry.init_models(env.cr, fresh, {"module": "isp_network"})


def _unload(env, names, before):
    registry = env.registry
    for name in names:
        if name in before:
            registry[name]._base_classes__ = before[name]
            continue
        for model in registry.models.values():
            model._inherit_children.discard(name)
        del registry[name]
    registry._setup_models__(env.cr, list(before))
