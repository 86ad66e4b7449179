from . import test_counter, test_security_matrix, test_session
