"""How users bind with LDAP."""

from __future__ import annotations

from typing import Final

from adapter.operations import bind_devices, bind_settings
from adapter.operations.catalogue.operation import Operation
from adapter.operations.resources import a_user, anything

ROWS: Final = (
    Operation(action="bindery:GetBindSettings", run=bind_settings.get_bind_settings, resource=anything),
    Operation(action="bindery:UpdateBindSettings", run=bind_settings.update_bind_settings, resource=anything),
    Operation(action="bindery:GetUserBindSettings", run=bind_settings.get_user_bind_settings, resource=a_user),
    Operation(action="bindery:UpdateUserBindSettings", run=bind_settings.update_user_bind_settings, resource=a_user),
    Operation(action="bindery:CreateBindDevice", run=bind_devices.create_bind_device, resource=a_user, gives_out=True),
    Operation(action="bindery:EnableBindDevice", run=bind_devices.enable_bind_device, resource=a_user),
    Operation(action="bindery:DeleteBindDevice", run=bind_devices.delete_bind_device, resource=a_user),
)
"""Rows of the catalogue."""
