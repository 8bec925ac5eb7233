"""The names under which a plan keeps what was brought for work: forms, households by class, staff, events."""

FORM_TABLE, CLASS_TABLE, STAFF_TABLE, EVENT_TABLE = "work_forms", "work_classes", "work_staff", "work_events"
