from . import (
    isp_service,
    isp_takeover,
    isp_takeover_column,
    isp_takeover_line,
)
