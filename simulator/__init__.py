"""MikroTik routers that are none: a server of the RouterOS API for demos, tests and
benchmarks. `python -m simulator --help` starts some.

framing.py       words and sentences on the wire
query.py         the `?` words of a print
session.py       one connection: login, commands, tags, cancel
table.py         a menu with rows; menus/ has those there are
router.py        one router: menus, users, faults, subscribers that dial in
faults.py        what can be made to go wrong
state.py         its memory, kept in a file
server.py        many routers in one process, plain and TLS
control.py       how another process switches faults
script.py        what one pastes into its terminal: our scripts, an export
sample.py        secrets, plans and queues to begin with

whatsapp/ is something else: providers of messages that are none.
"""
