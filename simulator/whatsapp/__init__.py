"""Providers of WhatsApp that are none: Meta's Cloud API, WAHA, Fonnte and Wablas, as
their public documentation describes them, over a real socket.

`python -m simulator.whatsapp --provider meta --hook http://127.0.0.1:8069/… ` starts
one; in tests `Process("meta", hook=…)`, or `Background("meta")` in the same process.

peer.py      what all have in common: what came in, faults, web hooks
providers.py the shape of each
control.py   a process of its own, and how to steer it
"""
