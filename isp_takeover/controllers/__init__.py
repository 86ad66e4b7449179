from . import isp_takeover
