"""The IAM policy language: documents, decisions, reasons. Pure: no input or output, no clock, no directory."""

from adapter.policy.cases import evaluate_cases
from adapter.policy.compiled import CompiledPolicy, compile_policy
from adapter.policy.decision import Deciding, Decision, Effect
from adapter.policy.document import Document, Kind, Statement, document_size, read_document
from adapter.policy.evaluate import evaluate
from adapter.policy.findings import Finding, MalformedDocument, Severity
from adapter.policy.policies import LayerKind, Policies
from adapter.policy.reasons import FailedCondition, LayerReport, Miss, StatementRef, Why
from adapter.policy.references import Position, context_keys, statement_positions
from adapter.policy.request import Request
from adapter.policy.series import Series
from adapter.policy.trust import aws_principals, exchange_principals, principal_id
from adapter.policy.validation import check_document, parse_document

__all__ = [
    "CompiledPolicy", "Deciding", "Decision", "Document", "Effect", "FailedCondition", "Finding", "Kind", "LayerKind",
    "LayerReport", "MalformedDocument", "Miss", "Policies", "Position", "Request", "Series", "Severity", "Statement",
    "StatementRef", "Why", "aws_principals", "check_document", "compile_policy", "context_keys", "document_size",
    "evaluate", "evaluate_cases", "exchange_principals", "parse_document", "principal_id", "read_document",
    "statement_positions",
]  # fmt: skip
