"""What can be refused or can fail in a sandbox, one class and one exit code for each kind.

Every message is one line: what was expected, what was found, what to do. No message holds a value from a row or a
key; names of projects, tables, columns and expectations, counts and hashes are all that an operator needs.
"""

from typing import ClassVar


class SandboxError(Exception):
    """Root of the classes below; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1

    def __init__(self, line: str) -> None:
        super().__init__(" ".join(line.split()))


class RegisterError(SandboxError):
    """The register of grants cannot be read or written, so nobody is let in."""

    exit_code = 1


class GateFailed(SandboxError):
    """The quality gate did not pass, or could not be evaluated: nothing was published."""

    exit_code = 11


class NoGrant(SandboxError):
    """Nobody has granted this person access to this sandbox."""

    exit_code = 12


class GrantEnded(SandboxError):
    """There was a grant, and its time is up or it was revoked."""

    exit_code = 13


class DisclosureRefused(SandboxError):
    """What was asked for may not be shown or may not leave; `rule` is the one that it breaks, in a word."""

    exit_code = 14

    def __init__(self, line: str, *, rule: str = "permit") -> None:
        super().__init__(line)
        self.rule = rule


class PermitError(SandboxError):
    """A permit cannot be used as it stands."""

    exit_code = 15


class QueryRefused(SandboxError):
    """A query asks for something that the gateway does not run.

    `kind` is the reason in a word or two, such as `time` or `Binder Error`: all that the audit log is told.
    """

    exit_code = 17

    def __init__(self, line: str, *, kind: str = "statement") -> None:
        super().__init__(line)
        self.kind = kind


class ReleaseError(SandboxError):
    """A release cannot be written, or is not what its manifest says."""

    exit_code = 18


class IdentifierLeft(SandboxError):
    """An identifier of a person was found in what was about to be released: nothing was published."""

    exit_code = 19


class ReidentificationRefused(SandboxError):
    """A subject of a sandbox is not traced to a person: by whom, why or when it was asked does not allow it."""

    exit_code = 21
