"""Hard cases: rows that obey the contract and are difficult all the same, and what has to cope with each.

The truth lists every such row (`truth/hard_cases/`), so that a test can ask whether the platform coped.
"""

# Kind of case: the rule or definition that must cope with it, and what it is.
CASES: dict[str, tuple[str, str]] = {
    "late_row": ("as_of", "Delivered weeks or months after the event."),
    "corrected": ("upsert", "Delivered wrong first; this is the right version, under the same key."),
    "cancelled": ("as_of", "Delivered for a while, then withdrawn by the supplier."),
    "changed_number": ("person_identity", "A CPR number that was changed: before and after are one person."),
    "replacement_number": ("person_identity", "A replacement number that was exchanged for a CPR number."),
    "return": ("lmdb_returns", "A pack given back: the number of packs is negative."),
    "open_contact": ("open_contact", "A contact that has no end yet."),
    "nested_contact": ("hospital_stay", "A short contact inside a longer one must not shrink the stay."),
    "four_hours_apart": ("hospital_stay", "Begins exactly 4 h 00 after the contact before it: the same stay."),
    "stay_of_twelve_hours": ("hospital_stay", "A stay of exactly 12 h 00: an admission."),
    "across_lpr2_and_lpr3": ("lpr2_lpr3_union", "A contact of LPR2 that ran on after the change-over to LPR3."),
    "open_stay": ("open_contact", "A stay of the register that has no end yet."),
    "register_stay_differs": ("stay_reconciliation", "The register's stay differs from the one of its contacts."),
    "message_out_of_order": ("message_order", "A message that was sent after a later one about the same stay."),
    "message_correction": ("message_correction", "A message that corrects an earlier one."),
    "message_cancellation": ("message_cancellation", "A message that cancels an earlier one."),
    "legacy_level": ("fsiii_level", "A legacy code: B6 means 9 (not relevant), B1-B5 mean levels 0-4."),
    "time_0100": ("time_0100", "The time 01:00:00 was set by a conversion; the hour is not known."),
    "lpr2_row_in_lpr3": ("lpr2_lpr3_union", "A row of LPR2's time in a table of LPR3: counted twice in a union."),
    "answer_with_operator": ("lab_result", "An answer such as <5: the operator belongs to it."),
    "answer_in_words": ("lab_result", "An answer such as Aflyst: no number."),
}
