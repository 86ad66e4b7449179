{
    "name": "Internet Services: Cisco, for Tests",
    "summary": "A second brand of routers, as an addon adds it",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "ISP Suite contributors",
    "website": "https://isp-suite.example",
    "maintainers": ["isp-suite-contributors"],
    "development_status": "Beta",
    "license": "AGPL-3",
    "depends": ["isp_network"],
}
