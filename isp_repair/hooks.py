def uninstall_hook(env):
    """Give helpdesk_mgmt its pages, rights and menu back."""
    env["helpdesk.ticket"]._isp_open_helpdesk_pages(True)
