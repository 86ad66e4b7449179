"""What a router begins with: plans, pools and secrets as small providers have them."""

import random

NAMES = (
    "Budi", "Siti", "Agus", "Dewi", "Eko", "Rina", "Joko", "Maya", "Hendra", "Wati",
    "Bambang", "Sri", "Yanto", "Lestari", "Rudi", "Indah", "Dedi", "Ratna", "Anton",
)  # fmt: skip
FAMILIES = (
    "Santoso", "Wijaya", "Susanto", "Pratama", "Hidayat", "Setiawan", "Nugroho",
    "Saputra", "Kurniawan", "Gunawan", "Suryadi", "Halim", "Utomo", "Siregar",
)  # fmt: skip
PLANS = ((10, 5), (20, 10), (50, 25), (100, 50))  # Mbit/s down, up


def fill(router, secrets=0, online=0.0, user="admin", password="admin"):
    """Give a new router a user, profiles, a pool and so many secrets.

    :param online: share (0 to 1) of the subscribers whose devices are switched on
    """
    add_user(router, user, password)
    menus = router.menus
    for name, ranges in _pools(router.number):
        menus["/ip/pool"].insert({"name": name, "ranges": ranges})
    for down, up in PLANS:
        menus["/ppp/profile"].insert(
            {
                "name": f"home-{down}M",
                "local-address": "10.64.0.1",
                "remote-address": "pool-pppoe",
                "rate-limit": f"{up}M/{down}M",
            }
        )
    rng = random.Random(router.number)
    rows = [_secret(rng, router.number, index) for index in range(1, secrets + 1)]
    for row in rows:
        menus["/ppp/secret"].insert(row)
    names = [row["name"] for row in rows if row.get("disabled") != "true"]
    router.subscribers.switch_on(names[: round(len(names) * online)])


def add_user(router, user, password):
    vals = {"name": user, "password": password, "group": "full"}
    router.menus["/user"].insert(vals)


def _pools(number):
    net = number % 64
    return (
        ("pool-pppoe", f"100.{64 + net}.0.2-100.{64 + net}.255.254"),
        ("pool-isolated", f"10.{128 + net}.0.2-10.{128 + net}.255.254"),
    )


def _secret(rng, router, index):
    name = f"{rng.choice(NAMES)} {rng.choice(FAMILIES)}"
    phone = f"0812{router % 100:02d}{index:06d}"
    down, _up = rng.choices(PLANS, (50, 30, 15, 5))[0]
    row = {
        "name": f"{name.split()[0].lower()}{index:05d}",
        "password": f"{rng.getrandbits(40):010x}",
        "service": "pppoe",
        "profile": f"home-{down}M",
        "comment": f"{name} {phone}",
    }
    if index % 50 == 0:
        row["disabled"] = "true"
    return row
