from . import my_work, receipt
