{
    "name": "Indonesia - Internet Services",
    "summary": "NIK and KTP, PPN on the invoice, Rupiah without decimals",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "website": "https://isp-suite.example",
    "maintainers": ["isp-suite-contributors"],
    "development_status": "Beta",
    "license": "AGPL-3",
    "countries": ["id"],
    "depends": ["isp_billing", "l10n_id", "l10n_id_efaktur_coretax"],
    "auto_install": True,
    "data": [
        "views/isp_service_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
