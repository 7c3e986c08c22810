"""Names of the original that are no operations here, and a sentence for each: what does it instead, or why nothing."""

from __future__ import annotations

from collections.abc import Mapping

_OWN = "Write an operation of your own: docs/operations.md."
_MODELS = "Entities are Django models: change the model and migrate."
_FILES = f"Files of other stores are not kept here. {_OWN}"
_PROVIDER = f"Nobody signs in through another provider here. {_OWN}"
_OAUTH = f"This server gives no OAuth tokens to others. {_OWN}"

ELSEWHERE: Mapping[str, str] = {
    "command.execute": f"No action runs commands: whoever edits one would own the machine. {_OWN}",
    "password.reset.begin": "The operation 'account.token.issue' makes a link, 'otp.generate' a code.",
    "password.reset.verify": "The operation 'account.token.redeem' takes a link, 'otp.login.verify' a code.",
    "session.user.switch": "The operation 'jwt.token' signs in; the method SWITCH_USER goes on as another account.",
    "aws.mail.send": "The operation 'mail.send' sends through the server that EMAIL_URL names.",
    "mail.servers.sync": "There is nothing to do: EMAIL_URL names the server.",
    "outbox.process": "There is nothing to do: mails are sent after the commit, and by 'manage.py work'.",
    "mail_box.status": f"No mail is received here. {_OWN}",
    "__restart": "There is nothing to do: definitions are served as soon as they are loaded.",
    "system_json_schema_update": "There is nothing to do: definitions are served as soon as they are loaded.",
    "__enable_graphql": "There is no GraphQL to switch on.",
    "__download_cms_config": "The notation is at /schemas/action.json, the API at /openapi.yaml.",
    "world.delete": _MODELS,
    "world.column.delete": _MODELS,
    "world.column.rename": _MODELS,
    "__publish_to_topic": f"There are no topics. {_OWN}",
    "cloud_store.files.import": _FILES,
    "cloudstore.file.upload": _FILES,
    "cloudstore.folder.create": _FILES,
    "cloudstore.path.move": _FILES,
    "cloudstore.site.create": _FILES,
    "site.storage.sync": _FILES,
    "column.storage.sync": _FILES,
    "site.file.list": _FILES,
    "site.file.get": _FILES,
    "site.file.delete": _FILES,
    "acme.tls.generate": "Certificates are the business of the proxy in front: see HTTPS in docs/operating.md.",
    "self.tls.generate": "Certificates are the business of the proxy in front: see HTTPS in docs/operating.md.",
    "oauth.client.redirect": _PROVIDER,
    "oauth.login.response": _PROVIDER,
    "oauth.profile.exchange": _PROVIDER,
    "oauth.token": _PROVIDER,
    "oauth.client.register": _OAUTH,
    "oauth.client.update": _OAUTH,
    "oauth.client.rotate_secret": _OAUTH,
    "oauth.client.disable": _OAUTH,
    "oauth.client.enable": _OAUTH,
    "oauth.client.revoke_tokens": _OAUTH,
    "$llm.chat": f"No language model is built in. {_OWN}",
    "$llm.embedding": f"No language model is built in. {_OWN}",
    # Ours, which a method stands for.
    "entity.create": "Write the entity as Type, with the method POST.",
    "entity.list": "Write the entity as Type, with the method GET.",
    "entity.get": "Write the entity as Type, with the method GET_BY_ID.",
    "entity.update": "Write the entity as Type, with the method PATCH.",
    "entity.delete": "Write the entity as Type, with the method DELETE.",
    "respond": "Write the name of the answer as Type, with the method ACTIONRESPONSE.",
    "session.switch": "It is the method SWITCH_USER.",
}
