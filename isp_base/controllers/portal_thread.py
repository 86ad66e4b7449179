from odoo.http import request

from odoo.addons.portal.controllers.message_reaction import (
    PortalMessageReactionController,
)
from odoo.addons.portal.controllers.thread import PortalThreadController
from odoo.addons.portal.utils import validate_thread_with_hash_pid


class SharedThreadController(PortalThreadController):
    """A link to a document says that its bearer may read it, not who he is: colleagues
    read it too, and it is handed on. Odoo lets him write as the customer. He is the
    customer by a link that is signed for him, as it is mailed to him alone."""

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        data = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        signed = validate_thread_with_hash_pid(
            thread, kwargs.get("hash"), kwargs.get("pid")
        )
        if request.env.user._is_public() and not signed:
            data.pop("author_id", None)
        return data

    @classmethod
    def _can_edit_message(cls, message, hash=None, pid=None, token=None, **kwargs):
        return super()._can_edit_message(message, hash=hash, pid=pid, **kwargs)


class SharedReactionController(PortalMessageReactionController):
    """Nor does he nod or shake his head in the customer's name."""

    def _get_reaction_author(self, message, **kwargs):
        kwargs.pop("token", None)
        return super()._get_reaction_author(message, **kwargs)
