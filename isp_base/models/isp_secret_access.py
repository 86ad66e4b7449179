import logging

from odoo import api, fields, models
from odoo.tools import config

from .. import vault
from ..secret_field import Kept

_logger = logging.getLogger(__name__)

APPEND_ONLY = """
    CREATE OR REPLACE FUNCTION isp_append_only() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'What is written in % stays as it is', TG_TABLE_NAME;
    END $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS isp_append_only ON isp_secret_access;
    CREATE TRIGGER isp_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON isp_secret_access EXECUTE FUNCTION isp_append_only()
"""


class IspSecretAccess(models.Model):
    """Who looked at what. Lines are added and nothing else: a trigger of the database
    refuses the rest, whoever asks for it."""

    _name = "isp.secret.access"
    _description = "Look at a Secret"
    _order = "id desc"
    _rec_name = "record_name"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "Who", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    model = fields.Char("Kind of Record", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="model", readonly=True)
    record_name = fields.Char("Of", readonly=True)
    secret = fields.Char(required=True, readonly=True)
    way = fields.Selection(
        [
            ("form", "Shown on the form"),
            ("visit", "Shown with the user name"),
            ("script", "In the router's script"),
            ("archive", "In the configuration of FreeRADIUS"),
            ("tax", "In a file for the tax office"),
            ("written", "Written down, and compared with others"),
        ],
        "How",
        required=True,
        readonly=True,
    )

    _user_idx = models.Index("(user_id, id)")
    _record_idx = models.Index("(model, res_id)")

    def init(self):
        result = super().init()
        self.env.cr.execute(APPEND_ONLY)
        return result

    def _register_hook(self):
        super()._register_hook()
        if not (vault.read_configured_keys() or config["stop_after_init"]):
            _logger.warning(
                "Secrets are encrypted by a key that lies in the database beside them: "
                "give [isp_vault] of the configuration a key"
            )

    @api.model
    def action_open(self):
        """Show the page; first say what its reader should know of the key."""
        self.check_access("read")
        page = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_secret_access_action"
        )
        if vault.read_configured_keys():
            return page
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("The secrets have no key of their own"),
                "message": self.env._(
                    "There is none in the server's configuration: whoever gets a copy "
                    "of the database can read them all. README, “For real”, says how "
                    "to give them one."
                ),
                "next": page,
            },
        }

    @api.model
    def _note(self, records, name, way):
        """Add a line for each of these records."""
        label = records._fields[name]._description_string(self.env(su=True))
        self.sudo().create(
            [
                {
                    "user_id": self.env.uid,
                    "company_id": record["company_id"].id,
                    "model": record._name,
                    "res_id": record.id,
                    "record_name": record.display_name,
                    "secret": label,
                    "way": way,
                }
                for record in records.sudo()
            ]
        )

    @api.autovacuum
    def _gc_vault(self):
        """Forget what addons kept that are not installed any more."""
        kept = [
            (model._name, field.name)
            for model in self.pool.models.values()
            for field in model._fields.values()
            if isinstance(field, Kept)
        ]
        if count := vault.forget_others(self.env.cr, kept):
            _logger.info("%s secrets of former addons were forgotten", count)
