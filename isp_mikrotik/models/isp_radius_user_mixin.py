from odoo import models


class IspRadiusUserMixin(models.AbstractModel):
    """The row of isp_radius_user that lets a service log in."""

    _name = "isp.radius.user.mixin"
    _description = "RADIUS User of a Service"

    def _sync_radius_users(self):
        """Write what FreeRADIUS is to answer for these services, and call
        ``_radius_changed`` where that changed.

        To the check items belongs ``["Tmp-String-1", ":=", session_class.make(access,
        reply_items, service.credentials_token)]``. FreeRADIUS appends it to the Class of
        the session ("isp:" + 32 hex digits + ":" + this) and writes it into
        isp_radacct.class when accounting brings it back: by it a live session is
        judged."""

    def _radius_changed(self, changes):
        """Hook: what FreeRADIUS answers for these services has just changed.

        :param changes: {service: (before, after)}; each side None (no log-in) or a
            dict with ``username``, ``access``, ``check_items`` and ``reply_items``
            (lists of [attribute, operator, value]). Same transaction as the change.
        """
