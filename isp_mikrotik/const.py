"""Who reads what, and numbers that several files share."""

SECRET_GROUPS = "isp_base.isp_base_group_network_engineer"
NETWORK_GROUPS = (
    "isp_base.isp_base_group_technician,"
    "isp_base.isp_base_group_admin,"
    "isp_base.isp_base_group_network_engineer"
)
ROUTER_GROUPS = "isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer"

COA_PORT = 3799
ADDRESS_LIST_ISOLATED = "isolated"
SETUP_MARK = "isp-setup:"  # begins the comment of what the script made
# A session that was not heard of for so long is over: three interim updates.
STALE_MINUTES = 15
LONGEST_INTERIM_MINUTES = 5
