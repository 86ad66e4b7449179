{
    "name": "Internet Services: Messages by SMS",
    "summary": "Notices to subscribers by Odoo's text messages, in the same outbox",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "website": "https://isp-suite.example",
    "maintainers": ["isp-suite-contributors"],
    "development_status": "Beta",
    "license": "AGPL-3",
    "depends": ["isp_notice", "sms"],
    "data": ["data/ir_cron_data.xml"],
    "auto_install": True,
}
