"""Who can log in to the demo database; the password is the login."""

ACCOUNTS = (
    # login, what the person does, where the work starts
    ("admin", "Manager, all settings", "/odoo"),
    ("administrator", "Service administrator", "/odoo"),
    ("sales", "Sales", "/odoo"),
    ("technician1", "Technician", "/odoo"),
    ("technician2", "Technician", "/odoo"),
    ("network", "Network engineer", "/odoo"),
    ("warehouse", "Warehouse", "/odoo"),
    ("accountant", "Accountant", "/odoo"),
    ("cashier", "Cashier", "/odoo"),
    ("collector", "Collector", "/my-work"),
    ("subscriber1", "Subscriber", "/my"),
    ("subscriber2", "Subscriber", "/my"),
)


def table(url, logins):
    """The accounts among `logins` as lines of text."""
    rows = [("Account", "Password", "Role", "Starts at")]
    rows += [
        (login, login, role, url + path)
        for login, role, path in ACCOUNTS
        if login in logins
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
