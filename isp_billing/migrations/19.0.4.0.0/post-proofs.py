from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What a subscriber took back leaves no proof of payment behind, as from now on."""
    confirmations = api.Environment(cr, SUPERUSER_ID, {})["isp.payment.confirmation"]
    withdrawn = confirmations.search([("state", "=", "withdrawn")])
    withdrawn.write({"proof": False, "proof_filename": False, "proof_kind": False})
