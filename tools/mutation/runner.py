"""Runs the tests of pure modules on their mutants; prints what survived as JSON.

`python -m tools.mutation.runner RESULT [FILE …]`, with the project's own Python.
"""

import importlib
import importlib.util
import inspect
import json
import signal
import sys
import time
import types
import unittest
from importlib.machinery import ModuleSpec
from pathlib import Path

import hypothesis

import odoo.tools.translate  # noqa: F401  (what the modules may import of Odoo)

from ..layout import ROOT
from . import TARGETS
from .mutants import mutants

PACKAGE = "odoo.addons."
# Seconds of its own time that a test may take longer than with the original, three
# times as long besides: a loop that does not end any more is noticed too.
PATIENCE = 0.5


class TakesTooLong(BaseException):
    """No test may catch it."""


class PureAddons:
    """Finds the modules of our addons without running an `__init__.py`, which would
    need a registry; one module is run from the given code."""

    def __init__(self):
        self.name = self.code = None

    def find_spec(self, fullname, _path=None, _target=None):
        if fullname == self.name:
            return importlib.util.spec_from_loader(fullname, self)
        if fullname.startswith(PACKAGE):
            folder = ROOT.joinpath(*fullname.removeprefix(PACKAGE).split("."))
            if folder.is_dir():
                spec = ModuleSpec(fullname, None, is_package=True)
                spec.submodule_search_locations = [str(folder)]
                return spec
        return None

    def create_module(self, _spec):
        return None

    def exec_module(self, module):
        exec(self.code, module.__dict__)

    def load(self, name, code):
        """From now on the module of this name is that code; all are imported anew."""
        self.name, self.code = name, code
        for module in [name for name in sys.modules if name.startswith(PACKAGE)]:
            if (ROOT / module.removeprefix(PACKAGE).partition(".")[0]).is_dir():
                del sys.modules[module]


def use_plain_unittest():
    """Odoo's test classes need its own runner: unittest's do what these tests use."""
    stub = types.ModuleType("odoo.tests")
    stub.BaseCase = unittest.TestCase
    stub.tagged = lambda *_tags: lambda test_class: test_class
    sys.modules["odoo.tests"] = stub
    # A failure is enough, nobody reads the smallest one.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("mutation", phases=phases)
    hypothesis.settings.load_profile("mutation")


def module_name(file):
    return PACKAGE + ".".join(Path(file).with_suffix("").parts)


class Suite:
    """The tests of a target, and how long each takes with the original."""

    def __init__(self, addons, target):
        self.addons, self.target = addons, target
        self.source = (ROOT / target.file).read_text()
        self.seconds = {}

    def measure(self):
        """Run all with the original, which must pass, and order them by their time."""
        for _warming_up, _measured in enumerate(range(2)):
            for name, run in self._load(compile(self.source, self.target.file, "exec")):
                started = time.process_time()
                run()
                self.seconds[name] = time.process_time() - started
        if not self.seconds:
            raise AssertionError(f"no test in {self.target.tests}")

    def notices(self, tree):
        """Whether a test fails with this code."""
        try:
            tests = dict(self._load(compile(tree, self.target.file, "exec")))
        except Exception:  # a mutant that cannot be imported
            return True
        for name in sorted(self.seconds, key=self.seconds.get):
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE + 3 * self.seconds[name])
            try:
                tests[name]()
            except (Exception, TakesTooLong):
                return True
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return False

    def _load(self, code):
        """`[(name, function)]` of the tests, on a module made of `code`."""
        self.addons.load(module_name(self.target.file), code)
        tests = []
        for file in self.target.tests:
            module = importlib.import_module(module_name(file))
            for _name, case in inspect.getmembers(module, inspect.isclass):
                if issubclass(case, unittest.TestCase):
                    for name in unittest.defaultTestLoader.getTestCaseNames(case):
                        test = case(name)
                        tests.append((f"{case.__name__}.{name}", getattr(test, name)))
        return tests


def judge(addons, target):
    """What became of the mutants of a target: a dictionary of counts and names."""
    suite = Suite(addons, target)
    suite.measure()
    started = time.monotonic()
    killed, survived, needless = 0, [], dict(target.equivalent)
    for mutant in mutants(suite.source):
        if suite.notices(mutant.tree):
            killed += 1
        elif mutant.name in target.equivalent:
            needless.pop(mutant.name)
        else:
            survived.append(f"{target.file}:{mutant.line}: {mutant.name}")
    return {
        "file": target.file,
        "killed": killed,
        "survived": survived,
        "needless": [f"{target.file}: {name}" for name in needless],
        "seconds": round(time.monotonic() - started, 1),
    }


def _too_long(_signal, _frame):
    raise TakesTooLong


def main(result, *files):
    signal.signal(signal.SIGVTALRM, _too_long)
    use_plain_unittest()
    addons = PureAddons()
    sys.meta_path.insert(0, addons)
    chosen = [target for target in TARGETS if not files or target.file in files]
    found = [judge(addons, target) for target in chosen]
    Path(result).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
