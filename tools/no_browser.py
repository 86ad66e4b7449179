"""Odoo, as `python -m odoo`, for tests that ask for pages and open no browser.

Where a test asks for pages, Odoo first makes all bundles of scripts and styles, which
takes half a minute where an addon was installed before. Only a browser fetches them.
"""

from odoo.cli.command import main
from odoo.tests.suite import OdooSuite

if __name__ == "__main__":
    OdooSuite.has_http_case = lambda suite: False
    main()
