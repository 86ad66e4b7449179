from . import test_collector, test_counter, test_security_matrix, test_session
