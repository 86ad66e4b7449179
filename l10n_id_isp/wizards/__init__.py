from . import isp_efaktur_month
