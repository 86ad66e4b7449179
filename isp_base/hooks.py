from . import vault


def uninstall_hook(env):
    """Forget all secrets, and what tells the vault of deleted records."""
    vault.drop(env.cr)
