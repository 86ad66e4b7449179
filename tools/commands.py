"""The commands of `make`: what each one needs and calls."""

import errno
import os
import sys

from . import (
    addons,
    backup,
    bench,
    checks,
    demo,
    odoo,
    postgres,
    process,
    production_check,
    readme,
    releases,
    setup,
)
from .checks import architecture, i18n, lint
from .console import Failure, say
from .releases import making

HELP = """\
make run [PORT=8069]      everything to a running demo on http://127.0.0.1:8069
                          (BACKGROUND=1 returns when it answers)
make stop                 end the demo (Odoo, FreeRADIUS, routers) and its PostgreSQL
make reset                remove the demo database and its files
make shell                a Python shell in the demo database
make setup                only get what is needed, start nothing

make test                 every check, as the merge gate runs it
make test ADDON=isp_base [TAGS=/isp_base:TestClass.test_method]
                          the tests of one addon, in seconds
make test ADDON=all [TAGS=…]
                          those of all addons in one database with demo data
make test RELEASE=19.0.1  the update from a former release, alone
make e2e [TESTS=e2e/test_x.py]
                          the stories across addons, with a browser
make mutants              does each small fault in the pure cores fail a test?
make bench [BENCH=billing_run N=size]
                          how fast, each against a yardstick of the same run
make production-check [DATABASE=isp]
                          may this server serve subscribers? (Configuration > Health)
make backup [DATABASE=isp FOLDER=… RECIPIENT=key.asc|PASSPHRASE_FILE=…]
                          database and files, as of one moment
make restore BACKUP=… DATABASE=new_name [AS_ORIGINAL=1]
                          put it back, neutralised unless it is the original
make lint [ONLY="ruff prettier"]
                          only the linters; make format corrects what it can
make i18n [ADDON=…]       write the .pot files and bring id.po into line
make docs                 write the tables of docs/architecture.md anew
make readme               write the README.rst of each addon from its readme/
make lock                 resolve the pinned Python and npm packages anew
make release-data RELEASE=19.0.1
                          the database of a release anew, from its own code

Your own parts: ODOO_HOME=/path/to/odoo-19, PGHOST (PGPORT, PGUSER, PGPASSWORD),
PYTHON=python3.12."""


def help_():
    say(HELP)


def run():
    setup.ensure()
    demo.run()


def stop():
    say("Odoo ended." if demo.stop() else "Odoo did not run.")
    say(
        "PostgreSQL ended."
        if postgres.stop()
        else "The project's PostgreSQL did not run."
    )


def reset():
    setup.ensure()
    demo.reset()


def shell():
    setup.ensure()
    odoo.write_config()
    arguments = odoo.command("shell", "-d", demo.DATABASE, "--no-http")
    os.execve(arguments[0], [str(part) for part in arguments], odoo.environment())


def prepare():
    """Set-up for development: with the linters."""
    setup.ensure(with_node=True)


def test():
    prepare()
    odoo.write_config()
    name, tags = os.environ.get("ADDON"), os.environ.get("TAGS")
    if name == "all":
        return checks.run_tests_together(tags)
    if name:
        return checks.run_addon_tests(addons.by_name(name), tags)
    if version := os.environ.get("RELEASE"):
        return checks.run_update(releases.by_version(version))
    return checks.run_everything()


def check_production():
    setup.ensure()
    odoo.write_config()
    return production_check.run()


def make_backup():
    setup.ensure()
    odoo.write_config()
    return backup.make()


def restore_backup():
    setup.ensure()
    odoo.write_config()
    return backup.restore()


def run_e2e():
    setup.ensure()
    odoo.write_config()
    return checks.run_stories(os.environ.get("TESTS", "").split())


def run_mutants():
    setup.ensure()
    return checks.run_mutants()


def run_bench():
    setup.ensure()
    odoo.write_config()
    bench.run(os.environ.get("BENCH", "").split())


def run_lint():
    prepare()
    return checks.run_lint(os.environ.get("ONLY", "").split())


def format_():
    prepare()
    lint.correct()


def run_i18n():
    prepare()
    odoo.write_config()
    name = os.environ.get("ADDON")
    i18n.regenerate([addons.by_name(name)] if name else addons.every())


def write_docs():
    prepare()
    odoo.write_config()
    architecture.regenerate([addon.name for addon in addons.every()])


def write_readmes():
    readme.write(addons.every())


def lock():
    prepare()
    setup.lock()


def release_data():
    setup.ensure()
    odoo.write_config()
    making.make(releases.by_version(os.environ.get("RELEASE")))


COMMANDS = {
    "run": run,
    "stop": stop,
    "reset": reset,
    "shell": shell,
    "setup": prepare,
    "test": test,
    "production-check": check_production,
    "backup": make_backup,
    "restore": restore_backup,
    "e2e": run_e2e,
    "mutants": run_mutants,
    "bench": run_bench,
    "lint": run_lint,
    "format": format_,
    "i18n": run_i18n,
    "docs": write_docs,
    "readme": write_readmes,
    "lock": lock,
    "release-data": release_data,
    "help": help_,
}


def _fail(reason):
    print(f"\nerror: {reason}", file=sys.stderr)
    return 1


def dispatch(arguments):
    """Run one command; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        help_()
        return 2
    try:
        return COMMANDS[arguments[0]]() or 0
    except Failure as failure:
        return _fail(failure)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _fail(process.FULL_DISK)
    except KeyboardInterrupt:
        return 130
