from odoo.http import Controller, request, route

from odoo.addons.isp_billing.controllers.gateway import come_back, take_notification

NOTIFICATION = "/payment/tripay/notification"
RETURN = "/payment/tripay/return"


class TripayController(Controller):
    @route(
        NOTIFICATION,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def tripay_notification(self):
        """Tripay tells again what is not answered by a success."""
        take_notification("tripay")
        return request.make_json_response({"success": True})

    @route(RETURN, type="http", auth="public", methods=["GET"])
    def tripay_return(self, **_told):
        return come_back("tripay")
