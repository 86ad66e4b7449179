import sys
import unittest
from pathlib import Path

from odoo.tests import HttpCase

from odoo.addons.isp_base.tests.common import IspCommon

from ..controllers.main import NOTIFICATION

PROJECT = Path(__file__).resolve().parents[2]


class MidtransCommon(IspCommon, HttpCase):
    """A customer who pays by Midtrans, that is none, over a real socket."""

    @classmethod
    def setUpClass(cls):
        if not (PROJECT / "simulator").is_dir():
            raise unittest.SkipTest("the simulator of the project is not here")
        super().setUpClass()
        sys.path.insert(0, str(PROJECT))
        cls.addClassCleanup(sys.path.remove, str(PROJECT))
        from simulator.payments.control import Background

        cls.peer = cls.enterClassContext(Background("midtrans"))
        cls.rupiah = cls.env.ref("base.IDR")
        cls.rupiah.active = True
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "midtrans"), ("company_id", "=", cls.company.id)]
        ) or cls.env.ref("payment_midtrans.payment_provider_midtrans").copy(
            {"company_id": cls.company.id}
        )
        cls.provider.write(
            {
                "isp_midtrans_server_key": cls.peer.peer.server_key,
                "isp_midtrans_url": cls.peer.url,
                "state": "test",
            }
        )
        cls.qris = cls.env.ref("payment.payment_method_qris")

    @classmethod
    def _order(cls, amount=150_000, prefix="INV/2026/00001", **vals):
        """Return a transaction whose order is with Midtrans."""
        transactions = cls.env["payment.transaction"]
        tx = transactions.create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.qris.id,
                "amount": amount,
                "currency_id": cls.rupiah.id,
                "partner_id": cls.subscriber.id,
                "operation": "online_redirect",
                "reference": transactions._compute_reference("midtrans", prefix),
                **vals,
            }
        )
        cls.values = tx._get_processing_values()
        return tx

    def _set(self, tx, status, **values):
        self.peer.run("setting", order=tx.reference, status=status, **values)

    def _describe(self, tx, **values):
        return self.peer.peer.describe(self.peer.peer.orders[tx.reference], **values)

    def _notify(self, tx, status="", told=None, **values):
        """Let Midtrans tell how the order is; return the HTTP status of the answer.

        :param status: how it is from now on; "" as before
        """
        if status:
            self._set(tx, status, **values)
        response = self.url_open(NOTIFICATION, json=told or self._describe(tx))
        tx.invalidate_recordset()
        return response.status_code
