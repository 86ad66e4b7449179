from . import link_preview, portal
