from . import health, link_preview, my_work, portal, portal_thread
