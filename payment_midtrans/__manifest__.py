{
    "name": "Payment Provider: Midtrans",
    "summary": "Pay invoices by QRIS, virtual account, e-wallet or card with Midtrans",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment Providers",
    "author": "ISP Suite contributors",
    "website": "https://isp-suite.example",
    "maintainers": ["isp-suite-contributors"],
    "development_status": "Beta",
    "license": "AGPL-3",
    "depends": ["isp_billing"],
    "data": [
        "views/payment_midtrans_templates.xml",
        "data/payment_provider_data.xml",
        "views/payment_provider_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
