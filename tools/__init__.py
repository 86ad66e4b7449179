"""Getting and starting Odoo and PostgreSQL, and the checks of `make test`.

Standard library only: it runs before anything is installed. No addon needs it.
"""
