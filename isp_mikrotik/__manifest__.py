{
    "name": "Internet Services: MikroTik and RADIUS",
    "summary": "Routers, RADIUS log-in from the database, sessions and usage",
    "version": "19.0.1.0.0",
    "category": "Services/Internet Services",
    "author": "ISP Suite contributors",
    "license": "AGPL-3",
    "depends": ["isp_base", "queue_job"],
    "external_dependencies": {"python": ["librouteros", "pyrad"]},
    "data": [
        "security/ir.model.access.csv",
        "security/isp_mikrotik_rules.xml",
        "views/isp_router_views.xml",
        "views/isp_radius_server_views.xml",
        "views/isp_menus.xml",
    ],
    "demo": [
        "demo/isp_router_demo.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
