"""What programs and people sign with."""

from __future__ import annotations

from typing import Final

from adapter.operations import (
    access_keys,
    mfa,
    server_certificates,
    service_credentials,
    signing_certificates,
    ssh_keys,
)
from adapter.operations.catalogue.operation import iam
from adapter.operations.catalogue.overviews import own
from adapter.operations.mfa_policy import enrolling
from adapter.operations.resources import a_user, anything
from adapter.operations.server_certificates import a_certificate, a_new_certificate
from adapter.operations.service_credentials import whose_credentials

_ACCESS_KEYS: Final = (
    iam("CreateAccessKey", access_keys.create_access_key, a_user),
    iam("ListAccessKeys", access_keys.list_access_keys, a_user),
    iam("UpdateAccessKey", access_keys.update_access_key, a_user),
    iam("DeleteAccessKey", access_keys.delete_access_key, a_user),
    iam("GetAccessKeyLastUsed", access_keys.get_access_key_last_used, access_keys.the_key_s_user),
)

_MFA_DEVICES: Final = (
    iam(
        "CreateVirtualMFADevice",
        mfa.create_virtual_mfa_device,
        enrolling(mfa.a_new_device),
        tag_action="iam:TagMFADevice",
    ),
    iam("ListVirtualMFADevices", mfa.list_virtual_mfa_devices, anything),
    iam("DeleteVirtualMFADevice", mfa.delete_virtual_mfa_device, mfa.a_device),
    iam("EnableMFADevice", mfa.enable_mfa_device, enrolling(a_user)),
    iam("ResyncMFADevice", mfa.resync_mfa_device, a_user),
    iam("DeactivateMFADevice", mfa.deactivate_mfa_device, a_user),
    iam("ListMFADevices", mfa.list_mfa_devices, a_user),
    iam("GetMFADevice", mfa.get_mfa_device, a_user),
    iam("TagMFADevice", mfa.tag_mfa_device, mfa.a_device),
    iam("UntagMFADevice", mfa.untag_mfa_device, mfa.a_device),
    iam("ListMFADeviceTags", mfa.list_mfa_device_tags, mfa.a_device),
)

_SSH_KEYS: Final = (
    iam("UploadSSHPublicKey", ssh_keys.upload_ssh_public_key, a_user),
    iam("GetSSHPublicKey", ssh_keys.get_ssh_public_key, a_user),
    iam("ListSSHPublicKeys", ssh_keys.list_ssh_public_keys, a_user),
    iam("UpdateSSHPublicKey", ssh_keys.update_ssh_public_key, a_user),
    iam("DeleteSSHPublicKey", ssh_keys.delete_ssh_public_key, a_user),
)

_SERVICE_CREDENTIALS: Final = (
    iam(
        "CreateServiceSpecificCredential",
        service_credentials.create_service_specific_credential,
        a_user,
        request_keys={"service_name": "iam:ServiceSpecificCredentialServiceName"},
    ),
    iam("ListServiceSpecificCredentials", service_credentials.list_service_specific_credentials, whose_credentials),
    own(
        "DescribeAppPasswords",
        service_credentials.describe_app_passwords,
        "iam:ListServiceSpecificCredentials",
        a_user,
    ),
    iam("UpdateServiceSpecificCredential", service_credentials.update_service_specific_credential, a_user),
    iam("ResetServiceSpecificCredential", service_credentials.reset_service_specific_credential, a_user),
    iam("DeleteServiceSpecificCredential", service_credentials.delete_service_specific_credential, a_user),
)

_SIGNING_CERTIFICATES: Final = (
    iam("UploadSigningCertificate", signing_certificates.upload_signing_certificate, a_user),
    iam("ListSigningCertificates", signing_certificates.list_signing_certificates, a_user),
    iam("UpdateSigningCertificate", signing_certificates.update_signing_certificate, a_user),
    iam("DeleteSigningCertificate", signing_certificates.delete_signing_certificate, a_user),
)

_SERVER_CERTIFICATES: Final = (
    iam(
        "UploadServerCertificate",
        server_certificates.upload_server_certificate,
        a_new_certificate,
        tag_action="iam:TagServerCertificate",
    ),
    iam("GetServerCertificate", server_certificates.get_server_certificate, a_certificate),
    iam("ListServerCertificates", server_certificates.list_server_certificates, anything),
    iam("UpdateServerCertificate", server_certificates.update_server_certificate, a_certificate),
    iam("DeleteServerCertificate", server_certificates.delete_server_certificate, a_certificate),
    iam("TagServerCertificate", server_certificates.tag_server_certificate, a_certificate),
    iam("UntagServerCertificate", server_certificates.untag_server_certificate, a_certificate),
    iam("ListServerCertificateTags", server_certificates.list_server_certificate_tags, a_certificate),
)

ROWS: Final = (
    *_ACCESS_KEYS,
    *_MFA_DEVICES,
    *_SSH_KEYS,
    *_SERVICE_CREDENTIALS,
    *_SIGNING_CERTIFICATES,
    *_SERVER_CERTIFICATES,
)
"""Rows of the catalogue."""
