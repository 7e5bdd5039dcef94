"""The enquiry and application bot of MobiliseSME."""
