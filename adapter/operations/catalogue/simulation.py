"""The policy simulator."""

from __future__ import annotations

from typing import Final

from adapter.operations import simulation
from adapter.operations.catalogue.operation import iam
from adapter.operations.resources import anything
from adapter.operations.simulation import the_policy_source

ROWS: Final = (
    iam("SimulateCustomPolicy", simulation.simulate_custom_policy, anything),
    iam("SimulatePrincipalPolicy", simulation.simulate_principal_policy, the_policy_source),
    iam("GetContextKeysForCustomPolicy", simulation.get_context_keys_for_custom_policy, anything),
    iam("GetContextKeysForPrincipalPolicy", simulation.get_context_keys_for_principal_policy, the_policy_source),
)
"""Rows of the catalogue."""
