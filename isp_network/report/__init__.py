from . import isp_address_answer
