{
    "name": "Internet Services: Take-Over",
    "summary": "Lists of running subscribers (CSV, XLSX), checked and imported",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "license": "AGPL-3",
    "depends": ["isp_billing"],
    "external_dependencies": {"python": ["openpyxl", "xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "security/isp_takeover_rules.xml",
        "views/isp_takeover_views.xml",
        "views/isp_takeover_line_views.xml",
        "views/isp_service_views.xml",
        "views/isp_menus.xml",
    ],
    "pre_init_hook": "pre_init_hook",
}
