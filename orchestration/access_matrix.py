"""Who may do what, as data: the one place from which the page is written (`access_page.py`), and which tests do.

Every cell is `YES`, `NOTHING` where nothing is tried, or the class of the refusal. What is allowed or refused is
decided in `sandbox/access.py`, `sandbox/grants.py`, `sandbox/permits/versions.py`, `sandbox/ending.py`,
`sandbox/release.py` and `oeverum/access.py`, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

YES, NOTHING = "yes", "nothing"
TIERS = ("practice", "research", "company")
EVERY = TIERS


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a state of access, in some tiers: what each operation of the table gives, `YES` or a class."""

    who: str
    access: str
    tiers: tuple[str, ...]
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it is about, what each operation is (none where the commands say it), and its rows."""

    title: str
    about: str
    operations: Mapping[str, str]
    rows: tuple[Row, ...]


def _row(who: str, access: str, tiers: tuple[str, ...], given: str, **but: str) -> Row:
    """A row of which every operation with a token gives the same, but for those that are named."""
    return Row(who, access, tiers, {**dict.fromkeys(_NETWORK, given), **_OPEN, **but})


_NETWORK = {
    "list": "`GET /v1/sandboxes`: which sandbox the token opens, and until when",
    "show": "its tables and columns",
    "releases": "its releases",
    "codebook": "the codebook as JSON",
    "page": "the codebook as HTML",
    "audit": "what the [audit log](audit.md) holds of the sandbox",
    "results": "`select count(*) from person`",
    "rows": "`from person`",
    "pinned": "`results` of a release that is named",
    "healthz": "`GET /healthz`",
    "metrics": "`GET /metrics`",
    "openapi": "`GET /openapi.json`",
}
_OPEN = {"healthz": YES, "metrics": YES, "openapi": YES}
HOLDER = "a holder"
ANYBODY = "anybody"
PERMIT_AHEAD = "permit not begun: its first day lies ahead"
SET_BACK = "clock set back: the register has seen the grant's end"
NETWORK = Table(
    "Over the network",
    "The gateway knows who asks by the token alone, so a role gives nothing: a holder is whoever was given a grant, "
    "the principal investigator or another of the permit's people. What needs no token tells of no sandbox.",
    _NETWORK,
    (
        _row(ANYBODY, "no token", EVERY, "NoGrant"),
        _row(ANYBODY, "a token that was made up", EVERY, "NoGrant"),
        _row(HOLDER, "a token that another has replaced", EVERY, "NoGrant"),
        _row(HOLDER, "another sandbox's token", EVERY, "NoGrant", list=YES),
        _row(HOLDER, "live", ("practice",), YES),
        _row(HOLDER, "live", ("research",), YES),
        _row(HOLDER, "live", ("company",), YES, rows="DisclosureRefused"),
        _row(HOLDER, "not begun", EVERY, "NoGrant"),
        _row(HOLDER, "ended", EVERY, "GrantEnded"),
        _row(HOLDER, SET_BACK, EVERY, "GrantEnded"),
        _row(HOLDER, "revoked", EVERY, "GrantEnded"),
        _row(HOLDER, "not among the permit's people any more", EVERY, "NoGrant", list=YES),
        _row(HOLDER, PERMIT_AHEAD, EVERY, "GrantEnded", list=YES),
        _row(HOLDER, "permit ended", EVERY, "GrantEnded", list=YES),
        _row(HOLDER, "permit altered by hand", EVERY, "PermitError", list=YES),
        _row(HOLDER, "permit taken away", EVERY, "NoGrant", list=YES),
        _row(HOLDER, "permit of other conditions than the release", EVERY, "ReleaseError", list=YES, audit=YES),
        _row(
            HOLDER,
            "permit of fewer tables",
            ("practice", "research"),
            YES,
            codebook="ReleaseError",
            page="ReleaseError",
        ),
        _row(
            HOLDER,
            "permit of fewer tables",
            ("company",),
            YES,
            codebook="ReleaseError",
            page="ReleaseError",
            rows="DisclosureRefused",
        ),
        _row(HOLDER, "sandbox ended", EVERY, "GrantEnded"),
        _row(HOLDER, "register of grants unreadable", EVERY, "RegisterError", healthz="RegisterError"),
    ),
)

_MACHINE = {
    "list": "`sandbox list`",
    "show": "`sandbox show`",
    "audit": "`audit show --project`",
    "explain": "`permit explain`",
    "check": "`permit check` of its file",
    "permits": "`permit list`",
    "grants": "`grant list`",
    "diff": "`sandbox diff` of its release with itself",
    "verify": "`sandbox verify`",
    "certificate": "`sandbox certificate --check`",
    "results": "`sandbox query` of `select count(*) from person`",
    "rows": "`sandbox query` of `from person`",
    "pinned": "`results` of a release that is named",
    "open": "`sandbox open`",
}
# Whoever can read the home sees names and counts without a grant.
_READ = {
    **dict.fromkeys(("list", "show", "audit", "explain", "check", "permits", "grants", "diff", "verify"), YES),
    # There is none before the end.
    "certificate": "ReleaseError",
}
_ASKED = ("results", "rows", "pinned", "open")


def _asked(who: str, access: str, tiers: tuple[str, ...], given: str, **but: str) -> Row:
    return Row(who, access, tiers, {**_READ, **dict.fromkeys(_ASKED, given), **but})


UNGRANTED = "one of the permit's people, somebody else, who asked for the permit, who approved it, the operator"
IN_ANOTHER_NAME = "the operator, in the name of a holder (`--as`)"
MACHINE = Table(
    "On the machine",
    "Who asks is the login name. Whoever can read the home sees names and counts without a grant, and can use a "
    "holder's grant by `--as`, of which the audit log is told both. Rows and results need a grant in each case.",
    _MACHINE,
    (
        _asked(UNGRANTED, "none", EVERY, "NoGrant"),
        _asked(HOLDER, "a grant for another sandbox", EVERY, "NoGrant"),
        _asked(HOLDER, "live", ("practice",), YES),
        _asked(HOLDER, "live", ("research",), YES),
        _asked(HOLDER, "live", ("company",), YES, rows="DisclosureRefused"),
        _asked(IN_ANOTHER_NAME, "live", ("practice", "research"), YES),
        _asked(IN_ANOTHER_NAME, "live", ("company",), YES, rows="DisclosureRefused"),
        _asked(IN_ANOTHER_NAME, "ended", EVERY, "GrantEnded"),
        _asked(HOLDER, "not begun", EVERY, "NoGrant"),
        _asked(HOLDER, "ended", EVERY, "GrantEnded"),
        _asked(HOLDER, SET_BACK, EVERY, "GrantEnded"),
        _asked(IN_ANOTHER_NAME, SET_BACK, EVERY, "GrantEnded"),
        _asked(HOLDER, "revoked", EVERY, "GrantEnded"),
        _asked(HOLDER, "not among the permit's people any more", EVERY, "NoGrant"),
        _asked(HOLDER, PERMIT_AHEAD, EVERY, "GrantEnded"),
        _asked(HOLDER, "permit ended", EVERY, "GrantEnded"),
        _asked(HOLDER, "permit altered by hand", EVERY, "PermitError", explain="PermitError"),
        _asked(HOLDER, "permit taken away", EVERY, "NoGrant", explain="PermitError"),
        _asked(HOLDER, "permit of other conditions than the release", EVERY, "ReleaseError"),
        _asked(HOLDER, "permit of fewer tables", ("practice", "research"), YES),
        _asked(HOLDER, "permit of fewer tables", ("company",), YES, rows="DisclosureRefused"),
        _asked(HOLDER, "sandbox ended", EVERY, "GrantEnded", verify="GrantEnded", certificate=YES),
        _asked(HOLDER, "register of grants unreadable", EVERY, "RegisterError", grants="RegisterError"),
    ),
)

_ROLES = {
    "ask": "`permit submit` of the next version",
    "approve": "`permit approve` of a version that somebody else asked for, or they themselves where they ask",
    "be given": "`grant issue --to` them by the operator, or by themselves",
    "use": "`sandbox query` under that grant",
}


def _role(who: str, *given: str, tiers: tuple[str, ...] = EVERY, access: str = "permit in force") -> Row:
    return Row(who, access, tiers, dict(zip(_ROLES, given, strict=True)))


ROLES = Table(
    "By role",
    "Whoever works as the platform's account can ask for a permit. Nobody approves what they asked for, or their own "
    "access; the first of the permit's people is the principal investigator. Only the people whom a permit names are "
    "given access; a permit of tier `practice` may name nobody, and then opens synthetic people to anybody.",
    _ROLES,
    (
        _role("principal investigator", YES, "PermitError", YES, YES),
        _role("another of the permit's people", YES, "PermitError", YES, YES),
        _role("who asked for the version", YES, "PermitError", "PermitError", "NoGrant"),
        _role("who approved the version before", YES, YES, "PermitError", "NoGrant"),
        _role("somebody else, such as the operator", YES, YES, "PermitError", "NoGrant"),
        _role(
            "somebody else, such as the operator",
            *(YES, YES, YES, YES),
            tiers=("practice",),
            access="permit in force that names nobody",
        ),
        _role(
            "who asked for the version",
            *(YES, "PermitError", YES, YES),
            tiers=("practice",),
            access="permit in force that names nobody",
        ),
        _role(
            "somebody else, such as the operator", YES, "GrantEnded", "GrantEnded", "GrantEnded", access="sandbox ended"
        ),
    ),
)

_OPERATOR = {
    "issue": "`grant issue` to one of the permit's people",
    "too long": "`grant issue` for more days than the permit allows",
    "extend": "`grant extend` of their grant",
    "token": "`grant token` of their grant",
    "revoke": "`grant revoke` of their grant",
    "clock": "`grant clock --reset`",
    "reviewed": "`sandbox reviewed`",
    "end": "`sandbox end`",
    "end early": "`sandbox end --before-its-end --reason`",
}


def _operator(access: str, *given: str, tiers: tuple[str, ...] = EVERY) -> Row:
    return Row("the operator", access, tiers, dict(zip(_OPERATOR, given, strict=True)))


_P, _G = "PermitError", "GrantEnded"
# Revoking, the clock and what was looked over never wait for a permit.
_THREE = (YES, YES, YES)
OPERATOR = Table(
    "The operator",
    "Whoever works as the platform's account, by the state of a grant, a permit and a sandbox. A token that is given "
    "while the permit does not let anybody in opens nothing.",
    _OPERATOR,
    (
        _operator("live", YES, _P, YES, YES, *_THREE, _P, YES),
        _operator("not begun", YES, _P, YES, YES, *_THREE, _P, YES),
        _operator("ended", YES, _P, _G, _G, *_THREE, _P, YES),
        _operator("revoked", YES, _P, _G, _G, *_THREE, _P, YES),
        _operator("not among the permit's people any more", _P, _P, _P, _P, *_THREE, _P, YES),
        _operator("permit ended", _P, _P, _P, YES, *_THREE, YES, YES),
        _operator("permit altered by hand", _P, _P, _P, _P, *_THREE, _P, _P),
        _operator("permit taken away", _P, _P, _P, YES, *_THREE, _P, YES),
        _operator("sandbox ended", _G, _G, _G, _G, *_THREE, YES, YES),
        _operator("register of grants unreadable", *["RegisterError"] * 6, YES, _P, "RegisterError"),
    ),
)

_RELEASES = {"release": "`sandbox release`", "run": "what `oeverum run` does about the sandbox"}
RELEASES = Table(
    "A new release",
    "Whoever works as the platform's account. What quality refuses besides is among [the rules](rules.md).",
    _RELEASES,
    tuple(
        Row("the operator", access, EVERY, dict(zip(_RELEASES, given, strict=True)))
        for access, given in (
            ("permit in force", (YES, YES)),
            ("permit not begun", (_P, NOTHING)),
            ("permit ended", (_P, NOTHING)),
            ("permit altered by hand", (_P, _P)),
            ("permit taken away", (_P, NOTHING)),
            ("sandbox ended", (_G, NOTHING)),
        )
    ),
)

TABLES = (NETWORK, MACHINE, ROLES, OPERATOR, RELEASES)

# Commands about sandboxes, permits, grants, keys, people and the log that open no sandbox, and so stand in no table.
OUTSIDE = {
    "permit schema": "the form of every permit, which tells of no sandbox",
    "audit verify": "whether the log is whole, which tells of no sandbox",
    "audit anchor": "signs where the log ends, and tells of no sandbox",
    "audit accept": "takes the log as it is, and tells of no sandbox",
    "keys status": "which keys there are, and no key",
    "keys rotate": "whoever works as the platform's account; what it means is asked first",
    "keys destroy": "whoever works as the platform's account; what it means is asked first",
    "reidentify request": "whoever works as the platform's account; tells nothing",
    "reidentify approve": "another person than who asked; tells them who a subject is",
}
