from . import test_tripay
