"""How many connections PostgreSQL is asked for: each FreeRADIUS keeps some beside
Odoo's. One that it gets none for is a log-in without an answer."""

EACH = 32  # of a FreeRADIUS: its threads, each of which may hold one
PER_PROCESS = 3  # of a worker of Odoo: its request, and what it does beside


def count_needed(servers, workers, crons, most, gevent):
    """Return how many there may be at the same time (int).

    :param servers: number of FreeRADIUS servers
    :param workers, crons: processes of Odoo; without workers it is one of threads
    :param most: connections that a process of threads takes (``db_maxconn``)
    :param gevent: those of the process for websockets, None for ``most``
    """
    odoo = most
    if workers:
        odoo = PER_PROCESS * (workers + crons) + (gevent or most)
    return EACH * servers + odoo
