"""Who reads what (lists of groups for ``groups`` of fields); what a prospect has."""


def _join(*names):
    return ",".join(name if "." in name else f"isp_base.{name}" for name in names)


SALES = "isp_base_group_sales"
TECHNICIAN = "isp_base_group_technician"
ENGINEER = "isp_base_group_network_engineer"
ADMIN = "isp_base_group_admin"
WAREHOUSE = "stock.group_stock_user"

CREDENTIAL_GROUPS = _join(ADMIN, ENGINEER)
IDENTITY_GROUPS = _join(SALES, ADMIN)
# Those who may read the other model: without them, a read() of all fields fails.
EQUIPMENT_GROUPS = _join(WAREHOUSE, TECHNICIAN, ENGINEER, ADMIN)
MATERIAL_GROUPS = _join(WAREHOUSE, TECHNICIAN, ADMIN)
SERVICE_GROUPS = _join(SALES, TECHNICIAN, ENGINEER, ADMIN, WAREHOUSE)
SUSPENSION_GROUPS = _join(SALES, TECHNICIAN, ENGINEER, ADMIN)
TRANSFER_GROUPS = _join(WAREHOUSE, ADMIN)
# Those who talk to the subscriber or go there: not the warehouse
VISIT_GROUPS = _join(SALES, TECHNICIAN, ENGINEER, ADMIN)

# More than a salesman meets people in a day, fewer than one tries to guess a number
ID_NUMBERS_A_DAY = 100

CONTACT_FIELDS = {"contact_name": "name", "phone": "phone", "email": "email"}
IDENTITY_FIELDS = {
    "id_type": "isp_id_type",
    "id_number": "isp_id_number",
    "id_photo": "isp_id_photo",
}
ADDRESS_FIELDS = ("street", "street2", "city", "zip", "state_id", "country_id")
PROSPECT_FIELDS = {
    "partner_id",
    *CONTACT_FIELDS,
    *IDENTITY_FIELDS,
    *ADDRESS_FIELDS,
}
