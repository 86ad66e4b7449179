import re
import secrets

import psycopg2
from werkzeug.exceptions import Forbidden

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import float_round

from odoo.addons.payment.logging import get_payment_logger

_logger = get_payment_logger(__name__)
LONGEST_REFERENCE = 50  # characters, of [A-Za-z0-9._~-]
REFUND = "R-"  # how Odoo begins the reference of a refund


class PaymentTransaction(models.Model):
    """A payment by a gateway whose order has the reference of the transaction: what is
    told of it is signed, asked back, and booked at once."""

    _inherit = "payment.transaction"

    def _isp_is_of_gateway(self):
        return self.provider_code in self.env["payment.provider"]._isp_get_gateways()

    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Gateways take few characters, and each name once: also when a request is
        done again, or a database was restored."""
        if provider_code in self.env["payment.provider"]._isp_get_gateways():
            prefix = prefix or self.sudo()._compute_reference_prefix(
                separator, **kwargs
            )
            prefix = re.sub(r"[^A-Za-z0-9._~-]", "-", prefix or "tx")
            ending = f"{separator}{secrets.token_hex(4)}"
            longest = LONGEST_REFERENCE - len(ending) - len("-999")
            prefix = prefix[:longest] + ending
        return super()._compute_reference(
            provider_code, prefix=prefix, separator=separator, **kwargs
        )

    def _isp_get_whole_rupiah(self):
        return int(float_round(abs(self.amount), 0, rounding_method="DOWN"))

    def _get_specific_rendering_values(self, processing_values):
        values = super()._get_specific_rendering_values(processing_values)
        if not self._isp_is_of_gateway():
            return values
        try:
            return {"api_url": self._isp_order_at_gateway()}
        except ValidationError as error:
            self._set_error(str(error))
            return {}

    # What each gateway answers

    def _isp_order_at_gateway(self) -> str:
        """Make the order; return the address of the page where it is paid.

        :raises ValidationError: when the gateway refuses it
        """
        raise NotImplementedError

    def _isp_is_signed(self, told: dict, body: bytes, headers) -> bool:
        """Whether the gateway has signed what it is said to tell.

        :param told: what the body says
        :param headers: of the request, by their names
        """
        raise NotImplementedError

    def _isp_ask_gateway(self, told: dict) -> dict:
        """Return how the gateway says that this order is.

        :param told: what it has told by itself, {} when nothing
        :raises ValidationError: when it does not say
        """
        raise NotImplementedError

    def _isp_apply_told(self, payment_data: dict) -> None:
        """Follow the status of an order whose amount is right."""
        raise NotImplementedError

    # What is told

    def _isp_check_signed(self, told, body, headers):
        """:raises Forbidden: when the gateway has not signed it"""
        self.ensure_one()
        if not self._isp_is_signed(told, body, headers):
            _logger.warning("Forged notification about %s.", self.reference)
            raise Forbidden

    def _isp_follow_gateway(self, told=None):
        """Ask the gateway how this order is, and follow.

        :raises ValidationError: when it does not say
        """
        self.ensure_one()
        self._process(self.provider_code, self._isp_ask_gateway(told or {}))

    def _isp_post_process_now(self):
        """Book what was told now, not when the customer looks, or the cron comes. When
        it cannot be booked, that was told all the same, and the cron tries again."""
        for tx in self | self.child_transaction_ids:
            if tx.is_post_processed or tx.state == "draft":
                continue
            try:
                with self.env.cr.savepoint():
                    tx._post_process()
            except psycopg2.OperationalError:
                raise  # the whole request is done again
            except Exception:
                _logger.exception("%s was not booked.", tx.reference)

    def _apply_updates(self, payment_data):
        if not self._isp_is_of_gateway():
            return super()._apply_updates(payment_data)
        # Odoo refuses a wrong amount only until the transaction is in error by it.
        told = self._extract_amount_data(payment_data)["amount"]
        if told == self._isp_get_whole_rupiah():
            self._isp_apply_told(payment_data)
        return None

    def _isp_note_paid(self):
        """Money that is there counts, also when it comes after all hope was lost."""
        if self.state != "done":
            self._set_done(extra_allowed_states=("cancel",))

    def _isp_note_refund(self, key, amount, number):
        """Each refund of an order is one transaction, however often it is told.

        :param key: its name at the gateway; that of the transaction when it was asked
            for in Odoo: while the one who asked is not done, the database lets no
            second one in
        :param number: of the gateway, for whoever looks for it there
        """
        name = key if key.startswith(REFUND) else f"{self.reference} {key}"
        child = self.child_transaction_ids.filtered(lambda tx: tx.reference == name)
        child = child or self._create_child_transaction(
            amount, is_refund=True, reference=name
        )
        if child.state != "done":
            child.provider_reference = number
            child._set_done(extra_allowed_states=("cancel",))
