from . import controllers, models, wizards


def _create_company_sequences(env):
    env["res.company"].search([])._create_isp_sequences()
