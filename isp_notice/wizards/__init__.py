from . import isp_notice_preview
