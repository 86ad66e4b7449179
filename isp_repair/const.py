"""The words of a repair, and who reads what of it."""

STATUSES = [
    ("new", "New"),
    ("in_progress", "In progress"),
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("invoiced", "Invoiced"),
    ("to_check", "Payment to check"),
    ("paid", "Paid"),
    ("completed", "Completed"),
    ("withdrawn", "Withdrawn"),
]
OPEN_STATUSES = ("new", "in_progress", "waiting")  # the technicians' part
ENDED_STATUSES = ("completed", "withdrawn")
# Those who go there, and those who send them; never a customer or a salesman.
CREW_GROUPS = (
    "isp_base.isp_base_group_technician,isp_base.isp_base_group_admin,"
    "isp_base.isp_base_group_network_engineer"
)
