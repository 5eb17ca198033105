"""Integrity: proof that the files of a delivery are those that its manifest names, whole and in their encoding.

Reads each file once, before a row of it is looked at. What lies in the rows is checked in `ingestion/checks.py`.
"""

import codecs
import hashlib
import re
from pathlib import Path

from ingestion.contract import TEXT_FORMATS, Contract
from ingestion.delivery import DeliveredFile, Delivery, DeliveryManifest, refused, unnamed_files
from ingestion.reading.packed import CHUNK_BYTES, Packed, PackedError


def check_files(delivery: Delivery, manifest: DeliveryManifest, contract: Contract) -> None:
    """Prove that every named file is there, whole and in the encoding of the contract, and that none is left out.

    Raises DeliveryRefused at the first that does not fit.
    """
    if unnamed := unnamed_files(delivery, manifest, contract):
        raise refused(
            delivery,
            expected="a manifest that names every file of the source in the folder",
            found=f"{unnamed} more in the folder",
            remedy="ask the supplier to name the file in the manifest, or take it away",
        )
    for file in manifest.files:
        path = delivery.folder / file.name
        if path.is_symlink() or not path.is_file():
            raise refused(
                delivery,
                expected=f"the file {file.name}",
                found="no such file" if not path.is_symlink() else "a symbolic link",
                remedy="ask the supplier for the missing file",
            )
        if path.stat().st_size == 0 and file.rows:
            raise refused(
                delivery,
                expected=f"{file.rows} rows in {file.name}",
                found="an empty file",
                remedy="ask the supplier to send the file again",
            )
        text = contract.form.format in TEXT_FORMATS
        encoding = _EncodingCheck(contract.form.encoding) if text else None
        digest = sha256_of(path, None if Packed(path).is_packed else encoding)
        if digest != file.sha256:
            raise refused(
                delivery,
                expected=f"SHA-256 {file.sha256[:12]}... of {file.name}",
                found=f"{digest[:12]}...",
                remedy="the file changed on its way: ask the supplier to send it again",
            )
        if encoding:
            _check_encoding(delivery, file, contract, encoding)


def is_whole(delivery: Delivery, file: DeliveredFile) -> bool:
    """Whether a file is there and fits its SHA-256."""
    path = delivery.folder / file.name
    return path.is_file() and not path.is_symlink() and sha256_of(path) == file.sha256


def sha256_of(path: Path, encoding: "_EncodingCheck | None" = None) -> str:
    """The hash of a file; on the way its bytes are shown to `encoding`."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            if encoding:
                encoding.update(chunk)
    return digest.hexdigest()


def _check_encoding(delivery: Delivery, file: DeliveredFile, contract: Contract, encoding: "_EncodingCheck") -> None:
    packed = Packed(delivery.folder / file.name)
    if packed.is_packed:
        try:
            for chunk in packed.chunks():
                encoding.update(chunk)
                if encoding.hopeless:
                    break
        except PackedError as error:
            raise refused(
                delivery,
                expected=f"{file.name} as one packed file",
                found=str(error),
                remedy="ask the supplier to pack the file again",
            ) from None
    if other := encoding.other_than_expected():
        raise refused(
            delivery,
            expected=f"{file.name} in {contract.form.encoding}",
            found=other,
            remedy=f"ask the supplier to export in {contract.form.encoding}",
        )


class _EncodingCheck:
    """Tells from the bytes of a file whether it can be in the encoding that the contract names.

    Every byte is a character in Latin-1, so a file in another encoding would pass unseen: letters outside ASCII
    that all form valid UTF-8 betray UTF-8, NUL bytes betray UTF-16 or damage, and the bytes 80-9F, which are control
    characters in Latin-1, betray Windows-1252. Of other encodings the bytes must decode.
    """

    def __init__(self, expected: str) -> None:
        name = codecs.lookup(expected).name
        self._expected = expected
        self._is_latin = name in ("iso8859-1", "iso8859-15")
        self._is_utf8 = name in ("utf-8", "utf-8-sig")
        self._wide = name.startswith(("utf-16", "utf-32"))
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        self._own = codecs.getincrementaldecoder(name)("strict")
        self._valid_utf8 = self._valid_own = True
        self._beyond_ascii = self._nul = self._controls = False

    @property
    def hopeless(self) -> bool:
        """Whether no further byte can make it fit."""
        return (self._nul and not self._wide) or not self._valid_own or (self._is_utf8 and not self._valid_utf8)

    def update(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self._nul = self._nul or b"\0" in chunk
        if chunk.isascii() and not self._utf8.getstate()[0] and not self._wide:
            return
        self._beyond_ascii = True
        if self._is_latin:
            self._controls = self._controls or bool(re.search(rb"[\x80-\x9f]", chunk))
        elif self._valid_own and not self._is_utf8:
            self._valid_own = _decodes(self._own, chunk)
        if self._valid_utf8:
            self._valid_utf8 = _decodes(self._utf8, chunk)

    def other_than_expected(self) -> str | None:
        """The encoding that the bytes show instead; None when they fit."""
        whole_utf8 = self._valid_utf8 and not self._utf8.getstate()[0]
        if self._nul and not self._wide:
            return "NUL bytes, as in UTF-16"
        if self._is_utf8:
            return None if whole_utf8 else "bytes that are not UTF-8"
        if not self._valid_own or self._own.getstate()[0]:
            return f"bytes that are not {self._expected}"
        if self._beyond_ascii and whole_utf8 and not self._wide:
            return "UTF-8"
        return "bytes of Windows-1252" if self._controls else None


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
