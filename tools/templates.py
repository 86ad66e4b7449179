"""Template databases: made once, then copied in a second for each run of tests."""

import hashlib
import os

from . import accounts, addons, databases, demo, odoo
from .console import step
from .layout import FILESTORE, ROOT, TEST_LOG
from .setup import odoo_source

PREFIX = "isp_tpl_"

# The tests of our addons are those of a company in Indonesia with a chart of accounts:
# loaded once here, it is not loaded for each of their classes. No tax is proposed.
BOOKS = """
company = env.ref("base.main_company")
env.ref("base.IDR").active = True
company.write({
    "country_id": env.ref("base.id").id,
    "account_fiscal_country_id": env.ref("base.id").id,
    "currency_id": env.ref("base.IDR").id,
})
env["account.chart.template"].try_loading(
    "generic_coa", company=company, install_demo=False)
company.write({"account_sale_tax_id": False, "account_purchase_tax_id": False})
"""


def _name(label, *parts):
    """A database name that changes with Odoo, its dependencies and `parts`.

    It changes with the place of the project too: a server of PGHOST may hold the
    templates of several.
    """
    pins = (ROOT / "requirements.txt", odoo_source.PINS)
    place = f"{FILESTORE} {os.environ.get('ODOO_HOME', '')}"
    digest = hashlib.sha256(place.encode())
    for text in (*(pin.read_text() for pin in pins), *parts):
        digest.update(text.encode() + b"\0")
    return f"{PREFIX}{label}_{digest.hexdigest()[:12]}"


def _books(needed):
    """The script for the books where one of the `needed` modules keeps some, or ""."""
    return BOOKS if any(name.startswith("account") for name in needed) else ""


def name_of_dependencies(addon):
    needed = addons.outside([addon])
    return _name("deps", *needed, *filter(None, [_books(needed)]))


def dependencies(addon):
    """The name of the template with what `addon` needs, without demo data.

    It is made of the one of another addon that needs most of the same.
    """
    needed = addons.outside([addon])
    name = name_of_dependencies(addon)
    base = _base_of(needed)
    there = addons.outside([base]) if base else []
    lacking = [module for module in needed if module not in there]

    def fill(database):
        if base:
            databases.copy(dependencies(base), database)
        with step(f"Template database for {', '.join(needed)}"):
            odoo.install(database, lacking, TEST_LOG / f"{name}.log")
            books = _books(needed)
            if books and not _books(there):
                odoo.run_script(database, books, TEST_LOG / f"{name}-books.log")
            odoo.run_script(database, demo.PREGENERATE, TEST_LOG / f"{name}-assets.log")

    databases.build(name, fill, disposable=True)
    return name


def _base_of(needed):
    """The addon whose needs are the most among these modules and not all; or None."""
    smaller = [
        addon for addon in addons.every() if set(addons.outside([addon])) < set(needed)
    ]
    return max(smaller, key=lambda addon: len(addons.outside([addon])), default=None)


def name_of_demo():
    every = addons.every()
    return _name(
        "demo", *addons.outside(every), *(addons.code_hash(addon) for addon in every)
    )


def with_demo():
    """The name of the template with every addon and its demo data, as in `make run`."""
    name = name_of_demo()
    logs = demo_logs()

    def fill(database):
        databases.copy(_prepared(), database)
        demo.add_ours(database, logs)

    databases.build(name, fill, disposable=True)
    return name


def name_of_prepared():
    return _name("prepared", *demo.BESIDES, *addons.outside(addons.every()))


def _prepared():
    """The name of the template that waits for our addons and their demo data."""
    name = name_of_prepared()
    logs = TEST_LOG / name
    databases.build(name, lambda new: demo.prepare(new, logs), disposable=True)
    return name


# The tests' own provider beside the one of the demo data: what they count is theirs. As
# in BOOKS no tax is proposed; a chart of accounts gives one to products that are there.
TESTED_COMPANY = """
company = env["res.company"].create({
    "name": "Provider of the Tests",
    "currency_id": env.ref("base.IDR").id,
})
env["account.chart.template"].try_loading(
    "generic_coa", company=company, install_demo=False)
company.write({
    "country_id": env.ref("base.id").id,
    "account_fiscal_country_id": env.ref("base.id").id,
    "currency_id": env.ref("base.IDR").id,
    "account_sale_tax_id": False,
    "account_purchase_tax_id": False,
})
taxes = env["account.tax"].search([("company_id", "=", company.id)])
products = env["product.template"].search([("taxes_id", "in", taxes.ids)])
products.write({"taxes_id": [(3, tax.id) for tax in taxes]})
env["stock.warehouse"].create({"company_id": company.id})
"""

# To compare a password takes Odoo half a second, as it should; tests hash in one round.
QUICK_PASSWORDS = """
from passlib.context import CryptContext
quick = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)
for login in {logins}:
    env.cr.execute(
        "UPDATE res_users SET password = %s WHERE login = %s",
        [quick.hash(login), login],
    )
"""


def _tested():
    """The script for what the tests of all addons together need besides the demo."""
    logins = [login for login, _role, _path in accounts.ACCOUNTS]
    return TESTED_COMPANY + QUICK_PASSWORDS.format(logins=logins)


def name_of_together():
    digest = hashlib.sha256(_tested().encode()).hexdigest()[:6]
    return f"{name_of_demo()}_{digest}_tests"


def together():
    """The name of the template `with_demo` with a company for the tests of all."""
    name = name_of_together()

    def fill(database):
        databases.copy(with_demo(), database)
        odoo.run_script(database, _tested(), TEST_LOG / f"{name}.log")

    databases.build(name, fill, disposable=True)
    return name


def demo_logs():
    """The folder with the install logs of the template `with_demo` gives."""
    return TEST_LOG / name_of_demo()


def drop_unused():
    """Drop the templates of this project that no addon of today needs."""
    used = {
        name_of_demo(),
        name_of_together(),
        name_of_prepared(),
        *(name_of_dependencies(addon) for addon in addons.every()),
    }
    for name in databases.names(PREFIX):
        if name not in used and (FILESTORE / name).exists():
            databases.drop(name)
