from . import test_bank_rights
from . import test_bank_statements
from . import test_matching
from . import test_qris
from . import test_transfers
from . import test_transfers_property
from . import test_unique_amount
