"""How a gateway in the background is steered: the methods of Commands."""

from .. import background
from ..control import Orders
from .midtrans import Midtrans
from .tripay import Tripay
from .xendit import Xendit

PROVIDERS = {"midtrans": Midtrans, "tripay": Tripay, "xendit": Xendit}


class Commands(Orders):
    """What there is to do with a peer, by values that JSON takes."""

    def __init__(self, peer):
        self.peer = peer

    async def orders(self):
        """The names of all orders, the oldest first."""
        return list(self.peer.orders)

    async def setting(self, order, **values):
        """Set attributes of an order: status, amount, fraud."""
        for name, value in values.items():
            setattr(self.peer.orders[order], name, value)

    async def give_back(self, order, amount, key):
        """Give money back, as on the gateway's own pages."""
        self.peer.give_back(self.peer.orders[order], amount, key)

    async def notify(self, order, **values):
        return await self.peer.notify(self.peer.orders[order], **values)


class Background(background.Background):
    """A gateway in a thread of this process."""

    def __init__(self, provider):
        peer = PROVIDERS[provider]()
        super().__init__(peer, Commands(peer))
