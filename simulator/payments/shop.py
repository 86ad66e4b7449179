"""What the customers and the shops of all gateways see."""

import asyncio
import html

from ..wire import Answer, post

PAGE = """<!doctype html><title>{name}</title><link rel="icon" href="data:,">
<h1>Rp {amount}</h1><p>{order}</p>
<form method="post"><button>Bayar</button></form>"""


def show(name, amount, order):
    """Return the page of a gateway to pay an order on."""
    page = PAGE.format(name=name, amount=amount, order=html.escape(order))
    return Answer(200, page.encode())


async def tell(hook, body, headers, times):
    """Post a notification so many times; return the HTTP statuses of the answers."""
    return [await asyncio.to_thread(post, hook, body, headers) for _ in range(times)]
