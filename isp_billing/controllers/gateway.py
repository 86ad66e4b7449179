from werkzeug.exceptions import BadRequest, ServiceUnavailable

from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.payment.logging import get_payment_logger

_logger = get_payment_logger(__name__)


def take_notification(code):
    """Take what a gateway tells of one of its orders, in its request: it is signed,
    asked back and booked. Who is answered by an error tells it again later.

    :param code: of the provider, one of `_isp_get_gateways`
    :raises HTTPException: when it cannot be read, is forged, or cannot be asked back
    """
    try:
        told = request.get_json_data()
    except ValueError as error:
        raise BadRequest from error
    transactions = request.env["payment.transaction"].sudo()
    if not isinstance(told, dict) or not _is_reference(
        transactions._extract_reference(code, told)
    ):
        raise BadRequest
    tx = transactions._search_by_reference(code, told)
    if tx:
        http = request.httprequest
        tx._isp_check_signed(told, http.get_data(), http.headers)
        try:
            tx._isp_follow_gateway(told)
        except ValidationError as error:
            _logger.warning("The gateway %s was not asked: %s", code, error)
            raise ServiceUnavailable from error
        tx._isp_post_process_now()


def _is_reference(text):
    return isinstance(text, str) and "\0" not in text


def come_back(code):
    """Let the customer see how his payment is. What his address says is not believed.

    :return: the answer to his request
    """
    tx = PaymentPostProcessing()._get_monitored_transaction()
    if tx.provider_code == code and tx.state in ("draft", "pending"):
        try:
            tx._isp_follow_gateway()
        except ValidationError:  # he has not chosen how to pay yet
            _logger.info("The gateway knows nothing of %s yet.", tx.reference)
    return request.redirect("/payment/status")
