from . import (
    account_move,
    account_move_efaktur,
    account_move_line,
    account_payment,
    isp_service,
    l10n_id_efaktur_document,
    product_template,
    res_config_settings,
    res_country,
    res_currency,
    res_partner,
    res_partner_efaktur,
)
