def post_init_hook(env):
    """Bank accounts that have no source of statements show the button to import one."""
    journals = env["account.journal"].search(
        [("type", "=", "bank"), ("bank_statements_source", "=", "undefined")]
    )
    journals.bank_statements_source = "file_import_oca"
