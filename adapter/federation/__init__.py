"""What identity providers say of somebody, verified: ID tokens (OpenID Connect) and assertions (SAML 2.0)."""
