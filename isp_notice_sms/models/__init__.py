from . import isp_notice_step, isp_notice_mixin, isp_notice_message, sms_tracker
