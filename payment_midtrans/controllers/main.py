from odoo.http import Controller, request, route

from odoo.addons.isp_billing.controllers.gateway import come_back, take_notification

NOTIFICATION = "/payment/midtrans/notification"
RETURN = "/payment/midtrans/return"


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
        take_notification("midtrans")
        return request.make_json_response({})

    @route(RETURN, type="http", auth="public", methods=["GET"])
    def midtrans_return(self, **_told):
        return come_back("midtrans")
