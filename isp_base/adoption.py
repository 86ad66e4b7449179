"""Records that change from one addon to another, when the latter is installed.

An addon that was a part of another one calls ``adopt`` in its ``pre_init_hook``. Its
data files then find the records that are there already instead of making them a second
time; what the old addon no longer loads would else be deleted at the end of its update.

Installing writes every record, also those of ``noupdate`` that are the people's: a mail
template in their words, how often a cron runs. ``put_back``, called in the
``post_init_hook``, gives these what they had.
"""

import json
from pathlib import Path

from lxml import etree

from odoo.modules import Manifest
from odoo.tools import SQL, file_path

# {(database, addon): [(table, {id: row as jsonb})]} between the two hooks.
_kept = {}

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
    _empty_extensions(env, addon)
    _kept[env.cr.dbname, addon] = _read_rows(env, addon)
    env.registry.clear_cache()


def _empty_extensions(env, addon):
    """Let adopted views that extend others say nothing until their file is loaded.

    What they said in the former addon may name buttons that are not there yet, and
    views that are loaded before them are checked together with them.
    """
    env.cr.execute(
        SQL(
            """
            UPDATE ir_ui_view SET arch_db = '{"en_US": "<data/>"}'
            WHERE inherit_id IS NOT NULL AND id IN (
                SELECT res_id FROM ir_model_data
                WHERE module = %s AND model = 'ir.ui.view' AND noupdate IS NOT TRUE)
            """,
            addon,
        )
    )


def put_back(env, addon):
    """Give the adopted records of ``noupdate`` what they had before the installation.

    :param addon: technical name (str) of the addon that has been installed
    """
    env.flush_all()
    for table, rows in _kept.pop((env.cr.dbname, addon), []):
        for row_id, row in rows:
            columns = SQL(", ").join(map(SQL.identifier, row))
            env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET (%(columns)s) = (SELECT %(columns)s "
                    "FROM jsonb_populate_record(NULL::%(table)s, %(row)s)) "
                    "WHERE id = %(id)s",
                    table=SQL.identifier(table),
                    columns=columns,
                    row=json.dumps(row),
                    id=row_id,
                )
            )
    env.invalidate_all()
    env.registry.clear_cache()


def _read_rows(env, addon):
    """Return [(table, [(id, row as dict)])] of the addon's records of noupdate."""
    env.cr.execute(
        SQL(
            """
            SELECT model, array_agg(res_id) FROM ir_model_data
            WHERE module = %s AND noupdate AND model IN %s GROUP BY model
            """,
            addon,
            tuple(name for name, model in env.items() if not model._abstract),
        )
    )
    rows = []
    for model, ids in env.cr.fetchall():
        table = env[model]._table
        env.cr.execute(
            SQL(
                "SELECT id, to_jsonb(t) - 'id' FROM %s t WHERE id = ANY(%s)",
                SQL.identifier(table),
                ids,
            )
        )
        rows.append((table, env.cr.fetchall()))
    return rows


def _get_names(addon):
    """Return the external ids (set of str, without the addon) of its files."""
    manifest = Manifest.for_addon(addon)
    names = set()
    for file in (*manifest["data"], *manifest["demo"]):
        path = Path(file_path(f"{addon}/{file}"))
        if path.suffix == ".xml":
            for element in etree.parse(path).iter(*NAMED):
                name = element.get("id", ".")
                if "." not in name:
                    names.add(name)
                    if element.get("model") == "ir.cron":
                        names.add(f"{name}_ir_actions_server")  # made along with it
        elif path.suffix == ".csv":
            rows = path.read_text().splitlines()[1:]
            names.update(row.partition(",")[0].strip('"') for row in rows)
    return names
