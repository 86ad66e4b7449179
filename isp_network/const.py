"""Who reads what, and numbers that several files, and addons, share."""

SECRET_GROUPS = "isp_base.isp_base_group_network_engineer"
NETWORK_GROUPS = (
    "isp_base.isp_base_group_technician,"
    "isp_base.isp_base_group_admin,"
    "isp_base.isp_base_group_network_engineer"
)
ROUTER_GROUPS = "isp_base.isp_base_group_admin,isp_base.isp_base_group_network_engineer"

COA_PORT = 3799
# A session that was not heard of for so long is over: three interim updates.
STALE_MINUTES = 15
LONGEST_INTERIM_MINUTES = 5
# A device that was silent for so long is a matter for a person.
HELP_MINUTES = 15
# Days that things are kept: parameter, default; 0 keeps them for ever.
SESSION_DAYS = ("isp_network.session_days", 60)
ARCHIVE_DAYS = 365  # a setting of each company
LOGIN_DAYS = ("isp_network.login_days", 30)
USAGE_DAYS = ("isp_network.usage_days", 1095)

LOCKED_SECONDS = 2  # until a job asks again for a device that another talks with
# Seconds from one try to the next.
DELAYS = (5, 15, 60, 300, 900, 3600)
HELP_AFTER = 4  # tries that did not help


def get_delay(tries: int) -> int:
    """Return the seconds to wait after so many tries (1 or more)."""
    return DELAYS[min(tries, len(DELAYS)) - 1]
