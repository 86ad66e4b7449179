{
    "name": "Internet Services: Repairs",
    "summary": "From a complaint in the portal to a paid and closed repair order",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "license": "AGPL-3",
    "depends": ["isp_billing", "helpdesk_mgmt"],
    "data": [
        "security/ir.model.access.csv",
        "security/isp_repair_rules.xml",
    ],
    "application": True,
}
