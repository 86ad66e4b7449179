"""Records that change from one addon to another, when the latter is installed.

An addon that was a part of another one calls ``adopt`` in its ``pre_init_hook``. Its
data files then find the records that are there already, with what people changed of
them, instead of making them a second time; what the old addon no longer loads would
else be deleted at the end of its update.
"""

from pathlib import Path

from lxml import etree

from odoo.modules import Manifest
from odoo.tools import SQL, file_path

NAMED = ("record", "template", "menuitem", "report")


def adopt(env, addon, former):
    """Give ``addon`` the records of its data and demo files that ``former`` has made
    and has in its own files no longer: a view that extends another keeps the name of
    that one in every addon.

    :param addon: technical name (str) of the addon that is being installed
    :param former: technical name (str) of the addon that had them until now
    """
    names = _get_names(addon) - _get_names(former)
    env.cr.execute(
        SQL(
            """
            UPDATE ir_model_data d SET module = %(addon)s
            WHERE module = %(former)s AND name = ANY(%(names)s) AND NOT EXISTS (
                SELECT FROM ir_model_data o
                WHERE o.module = %(addon)s AND o.name = d.name)
            """,
            addon=addon,
            former=former,
            names=sorted(names),
        )
    )
    env.registry.clear_cache()


def _get_names(addon):
    """Return the external ids (set of str, without the addon) of its files."""
    manifest = Manifest.for_addon(addon)
    names = set()
    for file in (*manifest["data"], *manifest["demo"]):
        path = Path(file_path(f"{addon}/{file}"))
        if path.suffix == ".xml":
            tree = etree.parse(path)
            names.update(
                element.get("id")
                for element in tree.iter(*NAMED)
                if "." not in element.get("id", ".")
            )
        elif path.suffix == ".csv":
            rows = path.read_text().splitlines()[1:]
            names.update(row.partition(",")[0].strip('"') for row in rows)
    return names
