{
    "name": "Internet Services: Billing",
    "summary": "Billing schedules and the terms of subscribers' internet services",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "license": "AGPL-3",
    "depends": ["isp_base", "account"],
    "data": [
        "security/isp_billing_groups.xml",
        "security/ir.model.access.csv",
        "security/isp_billing_rules.xml",
        "data/isp_billing_schedule_data.xml",
        "views/isp_billing_schedule_views.xml",
        "views/isp_service_views.xml",
    ],
    "demo": ["demo/res_users_demo.xml", "demo/isp_service_demo.xml"],
}
