def migrate(cr, version):
    """What user names are compared by: filled here, at once, instead of record by
    record. All that are stored are small."""
    cr.execute("ALTER TABLE isp_service ADD COLUMN IF NOT EXISTS username_key varchar")
    cr.execute(
        """UPDATE isp_service SET username_key = lower(username COLLATE "C")
        WHERE username IS NOT NULL AND username_key IS NULL"""
    )
