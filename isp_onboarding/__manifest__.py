{
    "name": "Internet Services: Onboarding",
    "summary": "Six steps from prospect to active subscriber, with a signed handover",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "license": "AGPL-3",
    "depends": ["isp_billing"],
    "data": [
        "data/mail_activity_type_data.xml",
        "report/isp_handover_templates.xml",
        "report/isp_handover_report.xml",
        "views/isp_service_views.xml",
        "views/isp_service_list_views.xml",
        "views/isp_work_order_views.xml",
        "views/res_config_settings_views.xml",
        "views/portal_templates.xml",
    ],
    "demo": ["demo/res_company_demo.xml", "demo/isp_service_demo.xml"],
    "assets": {
        "web.assets_tests": ["isp_onboarding/static/tests/tours/**/*"],
    },
    "application": True,
}
