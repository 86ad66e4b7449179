from . import (
    test_access,
    test_credentials,
    test_lifecycle,
    test_material_request,
    test_multi_company,
    test_network_data,
    test_portal,
    test_queries,
    test_registration,
    test_security_fields,
    test_security_matrix,
    test_work_order,
)
