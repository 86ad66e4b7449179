def post_init_hook(env):
    """Give Indonesian companies what they had while it was a part of the addons below,
    and nobody else anything."""
    companies = env["res.company"].search([("partner_id.country_id.code", "=", "ID")])
    if companies:
        env["res.partner"]._isp_take_ktp(companies)
        env["res.currency"]._isp_drop_sen()
    env["product.template"]._isp_fill_product_codes()
