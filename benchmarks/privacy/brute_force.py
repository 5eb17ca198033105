"""What somebody finds who holds a release and no key, and tries every CPR number.

Without a key the attacker tries all numbers with their control digit, of everybody born since 1900, under hashes that
need none. With keys that somebody might have left in place (`GUESSES`) the attacker makes pseudonyms as the platform
does, of the numbers that the birth dates of a release with exact dates allow. Whatever equals a name in the release,
of a subject or of a record, is found. The true keys find people in the same way (`CPR numbers behind`): the attack
would tell.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import batched, repeat
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pseudonymisation.pseudonyms import Pseudonymiser
from sandbox.pseudonyms import project_pseudonyms
