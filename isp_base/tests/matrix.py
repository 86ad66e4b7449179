"""Which group may do what with the models of an addon, written as a table."""

from .common import GROUPS

OPERATIONS = ("read", "write", "create", "unlink")
# The groups of those who work here, as the tables name them.
INTERNAL = "sales technician engineer admin manager warehouse employee"


class MatrixCase:
    """Compares a table of rights with the database; for a class of IspCommon.

    A table is {model: {"groups, by their names in `self.users`": "letters"}}, the
    letters being r(ead), w(rite), c(reate), u(nlink); who is not named may nothing.
    """

    def _assert_all_are_in(self, rights, addon):
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == addon and not model._abstract
        }
        self.assertEqual(models - rights.keys(), set())

    def _assert_rights(self, rights, roles=tuple(GROUPS)):
        for model, letters_of in rights.items():
            expected = dict.fromkeys(roles, "")
            for names, letters in letters_of.items():
                expected.update(dict.fromkeys(names.split(), letters))
            for name, letters in expected.items():
                records = self.env[model].with_user(self.users[name])
                found = "".join(o[0] for o in OPERATIONS if records.has_access(o))
                self.assertEqual(found, letters, f"{name} on {model}")
