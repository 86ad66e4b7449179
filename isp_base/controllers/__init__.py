from . import link_preview, my_work, portal
