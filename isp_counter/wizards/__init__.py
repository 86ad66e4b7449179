from . import isp_reason
