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
