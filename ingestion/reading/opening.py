"""Which reader reads a file, by the format that the contract names."""

from ingestion.contract import Contract, FileFormat
from ingestion.delivery import DeliveredFile, Delivery
from ingestion.reading.base import FileReader
from ingestion.reading.columnar import ParquetReader
from ingestion.reading.delimited import DelimitedReader
from ingestion.reading.fhir import FhirReader
from ingestion.reading.fixed_width import FixedWidthReader
from ingestion.reading.ndjson import NdjsonReader
from ingestion.reading.sas import SasReader

READERS: dict[FileFormat, type[FileReader]] = {
    "csv": DelimitedReader,
    "fixed_width": FixedWidthReader,
    "parquet": ParquetReader,
    "sas": SasReader,
    "ndjson": NdjsonReader,
    "fhir": FhirReader,
}


def reader_of(delivery: Delivery, file: DeliveredFile, contract: Contract) -> FileReader:
    """The reader of one file of a delivery."""
    return READERS[contract.form.format](delivery, file, contract)
