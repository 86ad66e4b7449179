from contextlib import suppress
from datetime import datetime

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL
from odoo.tools import hmac as sign

KEPT_DAYS = 2
AGAIN = 10


class IspThrottle(models.Model):
    """How often something was tried within a window of time, over all workers.

    What it is counted by (an address, a number) is kept as a hash only.
    """

    _name = "isp.throttle"
    _description = "Counted Tries"
    _order = "id desc"

    scope = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    date_start = fields.Datetime("From", required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True)

    _window_uniq = models.UniqueIndex("(scope, key, date_start)")

    @api.model
    def _hit(self, scope, key, limit, seconds=3600):
        """Count one more try and return whether it is within the limit.

        Of two at the same moment the second one fails to serialize and is run again
        by Odoo, so none is missed. A try counts when its transaction commits: who is
        refused gets a page, not an exception.

        :param scope: str, what is tried
        :param key: str, who or what it is counted by
        :param limit: int, tries per window
        :param seconds: int, length of the windows; they begin at multiples of it
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO isp_throttle (scope, key, date_start, count)
                VALUES (%s, %s, %s, 1)
                ON CONFLICT (scope, key, date_start)
                DO UPDATE SET count = isp_throttle.count + 1
                RETURNING count""",
                *self._get_window(scope, key, seconds),
            ),
            log_exceptions=False,  # to be run again is no error
        )
        (count,) = self.env.cr.fetchone()
        return count <= limit

    @api.model
    def _get_window(self, scope, key, seconds):
        """Return (scope, hash of the key, begin of the present window)."""
        now = fields.Datetime.now()
        elapsed = int((now - datetime(1970, 1, 1)).total_seconds()) % seconds
        start = fields.Datetime.subtract(now, seconds=elapsed).replace(microsecond=0)
        return scope, sign(self.sudo().env, "isp_throttle", key), start

    @api.model
    def _count(self, scope, key, seconds=3600):
        """Return how often it was tried within the present window."""
        scope, key, start = self._get_window(scope, key, seconds)
        domain = [("scope", "=", scope), ("key", "=", key), ("date_start", "=", start)]
        return self.search(domain).count

    @api.model
    def _hit_apart(self, tries, seconds=3600):
        """Count tries that stay counted though what was tried is rolled back.

        :param tries: [(scope, key)]
        """
        for scope, key in tries:
            for _again in range(AGAIN):
                with suppress(OperationalError), self.env.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    env[self._name]._hit(scope, key, 0, seconds)
                    break

    @api.autovacuum
    def _gc_windows(self):
        oldest = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("date_start", "<", oldest)], limit=10_000).unlink()
