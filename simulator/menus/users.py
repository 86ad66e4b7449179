"""/user: who may log in, and what he may do."""

from ..errors import Trap
from ..table import COMMON, READ, Field, Table

POLICIES = (
    "local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test",
    "winbox", "password", "web", "sniff", "sensitive", "api", "romon", "rest-api",
)  # fmt: skip
REFUSED = {
    "read": {"ftp", "write", "policy"},
    "write": {"ftp", "policy"},
    "full": set(),
}
POLICY = "policy"


class Users(Table):
    def find_right(self, name):
        """Return the policies (frozenset) of a user who may log in, else None."""
        row = self.rows.get(self.find(name))
        if not row or row["disabled"] == "true":
            return None
        groups = self.router.menus["/user/group"]
        text = groups.rows[groups.find(row["group"])]["policy"]
        return frozenset(word for word in text.split(",") if word[0] != "!")

    def show(self, row):
        return {name: value for name, value in row.items() if name != "password"}

    def delete(self, number):
        if len(self.rows) == 1:
            raise Trap("failure: can not remove the last user")
        super().delete(number)


def _policy(_name, value):
    given = set(value.split(","))
    return ",".join(p if p in given else f"!{p}" for p in POLICIES)


def build(router):
    groups = Table(
        router,
        (
            Field("name", required=True),
            Field("policy", _policy, default=_policy("", "")),
            Field("skin", default="default"),
            Field("comment"),
        ),
        key="name",
        taken="failure: group with the same name already exists",
        rights=(READ, POLICY),
    )
    for name, refused in REFUSED.items():
        policy = _policy("", ",".join(set(POLICIES) - refused))
        groups.insert({"name": name, "policy": policy})
    users = Users(
        router,
        (
            Field("name", required=True),
            Field("group", required=True, refers="/user/group"),
            Field("password", default=""),
            Field("address", default=""),
            *COMMON,
        ),
        key="name",
        taken="failure: user with the same name already exists",
        rights=(READ, POLICY),
    )
    return {"/user/group": groups, "/user": users}
