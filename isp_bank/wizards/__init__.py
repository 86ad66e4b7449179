from . import isp_transfer_assign
