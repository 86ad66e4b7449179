"""Our fields of helpdesk.ticket are called isp_… from this version on.

Columns, indexes and the rows that describe the fields keep what hangs on them: values,
tracking, defaults. What names a field in a text is rewritten: rules, saved filters,
exports, mail templates.
"""

import re

from odoo.tools import SQL
from odoo.tools.sql import column_exists, index_exists, make_index_name

TABLE = "helpdesk_ticket"
MODEL = "helpdesk.ticket"
FIELDS = (
    "age",
    "area_id",
    "complaint",
    "completed_by_id",
    "confirmation_amount",
    "confirmation_date",
    "confirmation_id",
    "confirmation_is_payable",
    "confirmation_journal_id",
    "confirmation_note",
    "confirmation_proof",
    "confirmation_proof_kind",
    "confirmation_state",
    "contact_phone",
    "currency_id",
    "date_completed",
    "date_deadline",
    "date_withdrawn",
    "diagnosis",
    "distance",
    "equipment",
    "free_reason",
    "full_address",
    "history",
    "invoice_id",
    "invoice_ids",
    "is_late",
    "is_mine",
    "is_open",
    "is_repeated",
    "map_url",
    "no_invoice_reason",
    "photo_ids",
    "pop_id",
    "preferred_date",
    "preferred_part",
    "repair_hours",
    "repair_status",
    "response_hours",
    "service_id",
    "visit_id",
    "visit_ids",
    "visit_photo_ids",
    "whatsapp_url",
)
NAMES = "|".join(FIELDS)
# At the beginning of a path in a domain or a context, or behind a link to a ticket
QUOTED = re.compile(rf"""(['"])({NAMES})(?=['".: ])""")
BEHIND = re.compile(rf"\b((?:isp_)?ticket_ids?[./])({NAMES})\b")


def migrate(cr, version):
    for name in FIELDS:
        _rename_column(cr, name, f"isp_{name}")
        _rename_foreign_key(cr, name, f"isp_{name}")
        _rename_described(cr, name, f"isp_{name}")
    _rewrite(cr, "ir_rule", ["domain_force"], "model_id", _get_model_id(cr))
    _rewrite(cr, "ir_filters", ["domain", "context", "sort"], "model_id", MODEL)
    _rewrite_exports(cr)
    _rewrite_templates(cr)
    _remove_part_of_form(cr)


def _rename_column(cr, old, new):
    if not column_exists(cr, TABLE, old):
        return
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME COLUMN %s TO %s",
            SQL.identifier(TABLE),
            SQL.identifier(old),
            SQL.identifier(new),
        )
    )
    index = make_index_name(TABLE, old)
    if index_exists(cr, index):
        cr.execute(
            SQL(
                "ALTER INDEX %s RENAME TO %s",
                SQL.identifier(index),
                SQL.identifier(make_index_name(TABLE, new)),
            )
        )


def _rename_foreign_key(cr, old, new):
    """Odoo would make a second one beside that of the old name."""
    names = [f"{TABLE}_{column}_fkey" for column in (old, new)]
    cr.execute(SQL("SELECT FROM pg_constraint WHERE conname = %s", names[0]))
    if not cr.rowcount:
        return
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
            *map(SQL.identifier, (TABLE, *names)),
        )
    )
    cr.execute(
        SQL("UPDATE ir_model_constraint SET name = %s WHERE name = %s", *names[::-1])
    )
    cr.execute(
        SQL(
            "UPDATE ir_model_data SET name = %s "
            "WHERE model = 'ir.model.constraint' AND name = %s",
            *(f"constraint_{name}" for name in names[::-1]),
        )
    )


def _rename_described(cr, old, new):
    """Rename the rows of ir.model.fields, and the external ids of them and of their
    choices."""
    cr.execute(
        SQL(
            "UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s",
            new,
            MODEL,
            old,
        )
    )
    cr.execute(
        SQL(
            "UPDATE ir_model_data SET name = %s "
            "WHERE model = 'ir.model.fields' AND name = %s",
            f"field_{TABLE}__{new}",
            f"field_{TABLE}__{old}",
        )
    )
    prefix = f"selection__{TABLE}__{old}__"
    cr.execute(
        SQL(
            "UPDATE ir_model_data SET name = %s || substr(name, %s) "
            "WHERE model = 'ir.model.fields.selection' AND starts_with(name, %s)",
            f"selection__{TABLE}__{new}__",
            len(prefix) + 1,
            prefix,
        )
    )


def _get_model_id(cr):
    cr.execute(SQL("SELECT id FROM ir_model WHERE model = %s", MODEL))
    return cr.fetchone()[0]


def _rewrite(cr, table, columns, column, value):
    """Rename the fields in texts of this table, in rows of tickets and in those that
    lead to a ticket."""
    cr.execute(
        SQL(
            "SELECT id, %s = %s, %s FROM %s",
            SQL.identifier(column),
            value,
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL.identifier(table),
        )
    )
    for row_id, is_ticket, *texts in cr.fetchall():
        for name, text in zip(columns, texts, strict=True):
            renamed = BEHIND.sub(r"\1isp_\2", text or "")
            if is_ticket:
                renamed = QUOTED.sub(r"\1isp_\2", renamed)
            if renamed != (text or ""):
                cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s",
                        SQL.identifier(table),
                        SQL.identifier(name),
                        renamed,
                        row_id,
                    )
                )


def _rewrite_exports(cr):
    cr.execute(
        SQL(
            r"""
            UPDATE ir_exports_line line
            SET name = regexp_replace(line.name, %s, '\1isp_\2')
            FROM ir_exports export
            WHERE export.id = line.export_id AND export.resource = %s
            """,
            rf"^(\.?)({NAMES})\M",
            MODEL,
        )
    )


def _rewrite_templates(cr):
    for column in ("subject", "body_html"):
        cr.execute(
            SQL(
                r"""
                UPDATE mail_template
                SET %(column)s = regexp_replace(
                    %(column)s::text, %(pattern)s, 'object.isp_\1', 'g')::jsonb
                WHERE model = %(model)s AND %(column)s::text ~ %(pattern)s
                """,
                column=SQL.identifier(column),
                pattern=rf"\mobject\.({NAMES})\M",
                model=MODEL,
            )
        )


def _remove_part_of_form(cr):
    """The form is read before the view that extends it, which would name what is gone
    from it. It is made anew."""
    cr.execute(
        "DELETE FROM ir_model_data WHERE module = 'isp_repair' "
        "AND name = 'helpdesk_ticket_view_form_closing' RETURNING res_id"
    )
    cr.execute(
        SQL(
            "DELETE FROM ir_ui_view WHERE id = ANY(%s)",
            [view_id for (view_id,) in cr.fetchall()],
        )
    )
