"""The map between entries and models for reports."""

from __future__ import annotations

from adapter.ldap import codecs
from adapter.ldap.noun import Field, Noun
from adapter.ldap.parts import as_it_is, container
from adapter.models import Report

REPORT = Noun(
    label="report",
    model=Report,
    base=container("reports"),
    naming="cn",
    name_field="report_name",
    classes=("iamReport",),
    fields=(
        Field(name="started_at", attribute="iamReportStartedAt", codec=codecs.TIME),
        Field(name="completed_at", attribute="iamReportCompletedAt", codec=codecs.TIME),
        Field(name="pieces", attribute="iamReportPieces", codec=codecs.INT),
        Field(name="content", attribute="iamReportContent", codec=codecs.OCTETS, heavy=True),
    ),
    complete=as_it_is,
)
