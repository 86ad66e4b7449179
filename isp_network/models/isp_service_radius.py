import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.isp_base.usernames import fold

from ..radius import attributes, session_class, users

_logger = logging.getLogger(__name__)

BATCH = 1000


class IspService(models.Model):
    """The row of isp_radius_user that lets a service log in."""

    _inherit = "isp.service"

    @api.model
    def _get_line_fields(self):
        names = {"credentials_token", "routed_networks", "static_address"}
        return super()._get_line_fields() | names

    def _line_changed(self, names):
        result = super()._line_changed(names)
        self._sync_lines()
        return result

    def _sync_lines(self):
        """Carry these lines to the network as they are now: at once, or, where they are
        very many, in jobs, so that nobody waits for it."""
        if len(self) <= BATCH:
            self._sync_batch()
            return
        for ids in split_every(BATCH, self.ids):
            self.sudo().browse(ids).with_delay(
                description=self.env._("%(count)s lines", count=len(ids))
            )._sync_batch()

    @api.model
    def _sync_answers(self):
        """Write what FreeRADIUS is to answer for every line, and touch no device: a
        vendor is asked for the first time. In jobs, as ``_sync_lines``."""
        services = self.sudo().search([("access", "!=", "none")])
        for ids in split_every(BATCH, services.ids):
            batch = services.browse(ids)
            if len(services) > BATCH:
                batch = batch.with_delay(
                    description=self.env._("%(count)s lines", count=len(ids))
                )
            batch._sync_radius_users()

    @api.model
    def _sync_lines_where(self, domain):
        """Carry those lines to the network that may be let in."""
        allowed = Domain("access", "!=", "none") & Domain(domain)
        self.sudo().search(allowed)._sync_lines()

    def _sync_batch(self):
        """Hook: bring what carries these lines up to date, here and on devices."""
        self._sync_radius_users()

    def _sync_radius_users(self):
        """Write what FreeRADIUS is to answer for these services, and call
        ``_radius_changed`` where that changed; return how many those are."""
        if not self or self.env.context.get(MODULE_UNINSTALL_FLAG):
            return 0  # uninstalling, the tables have gone before the records
        services = self.sudo()
        before = users.read_users(self.env.cr, services.ids)
        pairs = {
            service: (before.get(service.id), after)
            for service, after in services._get_radius_users().items()
        }
        rows = {
            service.id: after for service, (_before, after) in pairs.items() if after
        }
        if rows:
            users.write_users(self.env.cr, rows)
        if gone := before.keys() - rows.keys():
            users.delete_users(self.env.cr, gone)
        if added := rows.keys() - before.keys():
            _logger.info("%s services are let in, of %s", len(added), len(pairs))
        if gone:
            _logger.info("%s services are let in no more", len(gone))
        changes = {
            service: pair
            for service, pair in pairs.items()
            if users.is_answered_otherwise(*pair)
        }
        if changes:
            services._radius_changed(changes)
        return sum(users.is_lacking(*pair) for pair in pairs.values())

    def _radius_changed(self, changes):
        """Hook: what FreeRADIUS answers for these services has just changed.

        :param changes: {service: (before, after)}; each side None (no log-in) or a
            dict with ``username``, ``access``, ``check_items``, ``reply_items`` (lists
            of [attribute, operator, value]) and ``replies`` ({vendor: dict of ``items``
            and ``class``}). Same transaction as the change.
        """

    def _get_radius_users(self):
        """Return {service: what isp_radius_user is to hold, None without a log-in}."""
        policies = {
            company: company._isp_get_radius_policy() for company in self.company_id
        }
        pools = {pop: pop._get_radius_pools() for pop in self.pop_id}
        none = (self.env["isp.address.pool"].browse(),) * 2
        vendors = self.env["isp.router"]._get_radius_vendors()
        passwords = self._isp_get_secrets("password")
        wanted = {}
        for service in self:
            pool, isolated_pool = pools.get(service.pop_id, none)
            password = passwords.get(service.id, "")
            line = service._get_radius_line(password, pool.name, isolated_pool.name)
            wanted[service] = None
            if attributes.may_log_in(line):
                policy = policies[service.company_id]
                wanted[service] = service._prepare_radius_user(line, policy, vendors)
        return wanted

    def _get_radius_line(self, password, pool, isolated_pool):
        self.ensure_one()
        return attributes.Line(
            username=self.username or "",
            password=password,
            access=self.access,
            upload=self.upload_mbps,
            download=self.download_mbps,
            burst=None if self.speed_override else self.plan_id._isp_get_radius_burst(),
            pool=self.plan_id.isp_address_pool or pool or "",
            isolated_pool=isolated_pool or "",
            static_address=self.static_address or "",
            routes=self._get_routes(),
            sessions=self.plan_id.isp_session_limit or 1,
        )

    def _has_own_speed(self) -> bool:
        """Whether the speeds of its line are not those of its plan."""
        return self.speed_override

    def _prepare_radius_user(self, line, policy, vendors):
        """Return the row of a service that may log in.

        :param vendors: those to answer; what is of the first of them is for all others
        """
        replies = {v: self._prepare_radius_reply(line, policy, v) for v in vendors}
        first = replies[vendors[0]]
        return {
            "username": fold(line.username),
            "access": line.access,
            "check_items": [
                *attributes.check_items(line),
                [session_class.CLASS_ITEM, ":=", first["class"]],
            ],
            "reply_items": first["items"],
            "replies": replies,
        }

    def _prepare_radius_reply(self, line, policy, vendor):
        """Return what a router of this vendor is answered, and the Class by which the
        session is judged later (session_class.py)."""
        routers = self.env["isp.router"]
        items = routers._get_reply_items(vendor, line, policy)
        digest = session_class.make(
            line.access,
            items,
            self.credentials_token,
            routers._get_changeable_items(vendor),
        )
        return {"items": items, "class": digest}

    @api.model
    def _cron_check_radius_users(self):
        """Compare every row with its service, and put right what differs."""
        routers = self.env["isp.router"].with_context(active_test=False)
        routers.search([("use_radius", "=", True)])._sync_radius_clients()
        self.env.cr.execute(
            "SELECT service_id FROM isp_radius_user WHERE service_id IS NOT NULL"
        )
        ids = {service_id for (service_id,) in self.env.cr.fetchall()}
        ids.update(self.search([("access", "!=", "none")]).ids)
        remaining = len(ids)
        for batch in split_every(BATCH, sorted(ids)):
            count = self.browse(batch)._sync_radius_users()
            if count:
                _logger.warning("%s rows of isp_radius_user were put right", count)
            remaining -= len(batch)
            self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining)
