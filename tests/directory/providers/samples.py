"""What providers are made of."""

from __future__ import annotations

from tests.certificates import make_pair
from tests.saml_provider import metadata

URL = "https://id.example.com/realms/a"
ARN = "arn:aws:iam::123456789012:oidc-provider/id.example.com/realms/a"
SAML = "arn:aws:iam::123456789012:saml-provider/idp"
METADATA = metadata(make_pair("idp"))
THUMBPRINT = "990f4193972f2becf12ddeda5237f9c952f20d9e"
