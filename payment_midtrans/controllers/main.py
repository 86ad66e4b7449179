from werkzeug.exceptions import BadRequest, ServiceUnavailable

from odoo.exceptions import ValidationError
from odoo.http import Controller, request, route

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.payment.logging import get_payment_logger

NOTIFICATION = "/payment/midtrans/notification"
RETURN = "/payment/midtrans/return"
_logger = get_payment_logger(__name__)


class MidtransController(Controller):
    @route(
        NOTIFICATION,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def midtrans_notification(self):
        """Midtrans says that something happened to an order. Who is answered by an
        error says it again later."""
        try:
            told = request.get_json_data()
        except ValueError as error:
            raise BadRequest from error
        if not isinstance(told, dict) or not self._is_reference(told.get("order_id")):
            raise BadRequest
        transactions = request.env["payment.transaction"].sudo()
        tx = transactions._search_by_reference("midtrans", told)
        if tx:
            tx._isp_check_midtrans_signature(told)
            try:
                tx._isp_follow_midtrans()
            except ValidationError as error:
                _logger.warning("Midtrans was not asked: %s", error)
                raise ServiceUnavailable from error
            tx._isp_post_process_midtrans()
        return request.make_json_response({})

    def _is_reference(self, order_id):
        return isinstance(order_id, str) and "\0" not in order_id

    @route(RETURN, type="http", auth="public", methods=["GET"])
    def midtrans_return(self, **_told):
        """The customer comes back; what his address says is not believed."""
        tx = PaymentPostProcessing()._get_monitored_transaction()
        if tx.provider_code == "midtrans" and tx.state in ("draft", "pending"):
            try:
                tx._isp_follow_midtrans()
            except ValidationError:  # he has not chosen how to pay yet
                _logger.info("Midtrans knows nothing of %s yet.", tx.reference)
        return request.redirect("/payment/status")
