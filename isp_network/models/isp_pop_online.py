from odoo import fields, models

LOST_SHARE = 0.5  # of those online at the last look
LOST_AT_LEAST = 10  # subscribers
BACK_SHARE = 0.8
LOST_ACTIVITY = "isp_network.mail_activity_pop_lost"


class IspPop(models.Model):
    """Notices when many subscribers of a POP go offline at once."""

    _inherit = "isp.pop"

    online_count = fields.Integer("Online", readonly=True, copy=False)
    online_before = fields.Integer(
        readonly=True, copy=False, help="Online before many went offline."
    )

    def _note_online(self):
        """Compare how many are online with the look before; tell a person, once, when
        half of them are gone, and take it back when they are."""
        pops = self.sudo()
        routers = pops.router_ids.filtered("use_radius")
        sessions = self.env["isp.session"]._count_online(routers)
        for pop in pops:
            routers = pop.router_ids.filtered(lambda r: r.use_radius or r.use_api)
            if all(router.state != "down" for router in routers):
                pop._judge_online(
                    sum(
                        sessions.get(r.id, 0) if r.use_radius else r.online_count
                        for r in routers
                    )
                )

    def _judge_online(self, now):
        """:param now: how many are online at this POP (int)"""
        before = self.online_before or self.online_count
        lost = before - now
        if lost >= LOST_AT_LEAST and now < before * LOST_SHARE:
            if not self.online_before:
                self._tell_lost(self.router_ids[:1], before, now)
            self.write({"online_count": now, "online_before": before})
        elif self.online_before and now < before * BACK_SHARE:
            self.online_count = now
        else:
            if self.online_before:
                self.router_ids._close_question(LOST_ACTIVITY)
            self.write({"online_count": now, "online_before": 0})

    def _tell_lost(self, router, before, now):
        router._ask_person(
            LOST_ACTIVITY,
            "network",
            self.env._(
                "%(pop)s: %(now)s of %(before)s subscribers are still online. Look for "
                "a power cut or a broken line there. This closes by itself when they "
                "are back.",
                pop=self.display_name,
                now=now,
                before=before,
            ),
        )
