"""Names and marks that RouterOS knows our things by."""

VENDOR = "mikrotik"  # of isp.router

ADDRESS_LIST_ISOLATED = "isolated"
SETUP_MARK = "isp-setup:"  # begins the comment of what the script made
