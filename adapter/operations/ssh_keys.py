"""SSH public keys of users.

A key is active exactly while the user's own entry has it as `sshPublicKey`, where SSSD and other LDAP programs read it:
there is one truth, and taking it away there, by whatever tool, switches the key off here as well.
"""

from __future__ import annotations

from adapter.crypto.public_keys import PublicKey, UnfitKey, UnreadableKey, read_public_key
from adapter.errors import (
    DuplicateSSHPublicKey,
    InvalidInput,
    InvalidPublicKey,
    NoSuchEntity,
    UnrecognizedPublicKeyEncoding,
)
from adapter.ldap import SSH_PUBLIC_KEY, USER, Add, Remove, Where
from adapter.models import KeyStatus, SshPublicKey, User
from adapter.names import IdPrefix, new_unique_id
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota


def upload_ssh_public_key(call: Call, *, user_name: str, ssh_public_key_body: str) -> Result:
    """Gives a user another SSH public key, which is active at once.

    Raises:
        NoSuchEntity: there is no such user.
        UnrecognizedPublicKeyEncoding: it is neither an OpenSSH key nor PEM.
        InvalidPublicKey: it is too weak or of an unknown kind.
        DuplicateSSHPublicKey: the user has it already.
        LimitExceeded: the user has as many keys as one may have.
    """
    key = _readable(ssh_public_key_body)
    user = _user(call, user_name)
    present = _keys_of(call, user)
    if any(PublicKey(other.body).blob == key.blob for other in present):
        raise DuplicateSSHPublicKey("The SSH public key is already associated with the specified IAM user.")
    hold_to_quota(call.account, "SSHPublicKeysPerUser", len(present) + 1)
    model = SshPublicKey(
        ssh_public_key_id=new_unique_id(IdPrefix.SSH_PUBLIC_KEY),
        create_date=call.context.now,
        owner=user.dn,
        owner_id=user.user_id,
        body=key.line,
    )
    switching_on = [] if key.line in user.ssh_public_keys else [Add("ssh_public_keys", key.line)]
    made = call.store.add(SSH_PUBLIC_KEY, call.account, model, referring_to=user, changing_it=switching_on)
    view = _metadata(user, made) | {"status": KeyStatus.ACTIVE.value}
    return {"ssh_public_key": view | {"fingerprint": key.fingerprint, "ssh_public_key_body": key.line}}


def get_ssh_public_key(call: Call, *, user_name: str, ssh_public_key_id: str, encoding: str) -> Result:
    """Shows a key, as OpenSSH writes it or in PEM.

    Raises:
        NoSuchEntity: there is no such user, or the key is not the user's.
    """
    user = _user(call, user_name)
    found = _key(call, user, ssh_public_key_id)
    key = PublicKey(found.body)
    body = key.pem if encoding == "PEM" else key.line
    return {"ssh_public_key": _metadata(user, found) | {"fingerprint": key.fingerprint, "ssh_public_key_body": body}}


def list_ssh_public_keys(call: Call, *, user_name: str | None = None, page: Page) -> Result:
    """Lists a user's keys by id, without the keys themselves.

    Raises:
        NoSuchEntity: there is no such user.
    """
    user = _user(call, user_name)
    keys = sorted(_keys_of(call, user), key=lambda key: key.ssh_public_key_id.casefold())
    chosen, more = page.cut(keys, lambda key: key.ssh_public_key_id)
    return {"ssh_public_keys": [_metadata(user, key) for key in chosen]} | more


def update_ssh_public_key(call: Call, *, user_name: str, ssh_public_key_id: str, status: str) -> Result:
    """Activates a key or switches it off.

    Raises:
        InvalidInput: the status is one that nobody can set (`Expired`).
        NoSuchEntity: there is no such user, or the key is not the user's.
    """
    if status not in set(KeyStatus):
        raise InvalidInput(f"An SSH public key can't be made {status}.")
    user = _user(call, user_name)
    key = _key(call, user, ssh_public_key_id)
    if status != _status(user, key):
        change = Add if status == KeyStatus.ACTIVE else Remove
        call.store.change(USER, call.account, user, change("ssh_public_keys", key.body))
    return {}


def delete_ssh_public_key(call: Call, *, user_name: str, ssh_public_key_id: str) -> Result:
    """Deletes a key for good.

    Raises:
        NoSuchEntity: there is no such user, or the key is not the user's.
    """
    user = _user(call, user_name)
    key = _key(call, user, ssh_public_key_id)
    switching_off = [Remove("ssh_public_keys", key.body)] if key.body in user.ssh_public_keys else []
    call.store.unlink(user, key, *switching_off)
    return {}


def _readable(text: str) -> PublicKey:
    try:
        return read_public_key(text)
    except UnreadableKey as error:
        raise UnrecognizedPublicKeyEncoding("The public key encoding format is unsupported or unrecognized.") from error
    except UnfitKey as error:
        raise InvalidPublicKey(f"The public key is malformed or otherwise invalid: {error}.") from error


def _user(call: Call, user_name: str | None) -> User:
    """The user with the keys that are active."""
    named = call.user(user_name)
    user = call.store.load(USER, call.account, named.dn, also=("ssh_public_keys",))
    if user is None:
        raise NoSuchEntity(f"The user with name {named.user_name} cannot be found.")
    return user


def _keys_of(call: Call, user: User) -> list[SshPublicKey]:
    return call.store.find(SSH_PUBLIC_KEY, call.account, Where.equals("owner_id", user.user_id))


def _key(call: Call, user: User, ssh_public_key_id: str) -> SshPublicKey:
    key = call.find(SSH_PUBLIC_KEY, ssh_public_key_id)
    if key is None or key.owner_id != user.user_id:
        raise NoSuchEntity(f"The Public Key with id {ssh_public_key_id} cannot be found.")
    return key


def _status(user: User, key: SshPublicKey) -> KeyStatus:
    return KeyStatus.ACTIVE if key.body in user.ssh_public_keys else KeyStatus.INACTIVE


def _metadata(user: User, key: SshPublicKey) -> Result:
    return {
        "user_name": user.user_name,
        "ssh_public_key_id": key.ssh_public_key_id,
        "status": _status(user, key).value,
        "upload_date": key.create_date,
    }
