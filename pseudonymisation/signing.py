"""Signatures of the platform: Ed25519, by a key of the ring; the public key lies beside the ring, one file a version.

Who has the public key checks a signature without the ring and without the master key.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import KeyRing
from pseudonymisation.master_key import write_private

_VERSION = re.compile(r"k[0-9]+-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in base64, and the version of the key that made it."""

    key: str
    text: str

    def as_dict(self) -> dict[str, str]:
        """As it stands under what was signed."""
        return {"algorithm": "Ed25519", "key": self.key, "text": self.text}

    @classmethod
    def of(cls, told: Mapping[str, object]) -> "Signature":
        """What `as_dict` gave. Raises KeyError or TypeError when it is none."""
        return cls(str(told["key"]), str(told["text"]))


def sign(content: bytes, ring: KeyRing, *, domain: str) -> Signature:
    """The signature of a content; key and public key are made when there are none. Raises KeyRingError.

    `domain` is that of the key in the ring; what one key signs is never taken for what another does.
    """
    version = ring.version(domain)
    private = Ed25519PrivateKey.from_private_bytes(ring.key(domain, version))
    public = public_key_file(ring.folder, version, domain=domain)
    if not public.exists():
        pem = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        write_private(public, private.public_key().public_bytes(*pem))
    return Signature(version, base64.b64encode(private.sign(content)).decode("ascii"))


def is_signed(content: bytes, signature: Signature, folder: Path, *, domain: str) -> bool:
    """Whether the signature is the platform's, by the public key in the folder of the ring.

    Raises KeyRingError when there is no such public key.
    """
    if not _VERSION.fullmatch(signature.key):
        return False
    try:
        path = public_key_file(folder, signature.key, domain=domain)
        public = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        raise KeyRingError(
            f"the public key {domain} {signature.key} is missing or damaged; restore keys/ from its backup"
        ) from None
    try:
        if not isinstance(public, Ed25519PublicKey):
            return False
        public.verify(base64.b64decode(signature.text, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_key_file(folder: Path, version: str, *, domain: str) -> Path:
    """Where the public key of a version lies, as PEM."""
    return folder / f"{domain}-{version}.pem"
