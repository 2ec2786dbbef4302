# Makes a fixed series of calls with the official SDK and prints what it sees, as JSON.
import json
import sys

import pulumi_esc_sdk as esc

url, token = sys.argv[1:]
client = esc.esc_client.default_client(host=url, access_token=token)
at = ("acme", "shop", "dev")
text = sys.stdin.read()
client.create_environment(*at)
client.update_environment_yaml(*at, "values: {a: 1}\n")
client.update_environment_yaml(*at, text)
view = {}
view["environments"] = [
    [e.organization, e.project, e.name, e.created, e.modified]
    for e in client.list_environments("acme").environments
]
view["definition"] = client.get_environment(*at)[1]
view["definition at 2"] = client.get_environment_at_version(*at, "2")[1]
view["decrypted"] = client.decrypt_environment(*at)[1]
session = client.open_environment(*at).id
view["values"] = client.read_open_environment(*at, session)[1]
for path in ["o.y[1]", 'o["k.with.dots"]', "s", "nothing"]:
    value, plain = client.read_open_environment_property(*at, session, path)
    view[path] = [plain, bool(value.secret), value.trace.var_def.environment]
session = client.open_environment_at_version(*at, "2").id
view["values at 2"] = client.read_open_environment(*at, session)[1]
client.create_environment_revision_tag(*at, "stable", 2)
client.update_environment_revision_tag(*at, "stable", 3)
tag = client.get_environment_revision_tag(*at, "stable")
view["revision tag"] = [tag.name, tag.revision, tag.editor_login]
view["revision tags"] = [
    [t.name, t.revision] for t in client.list_environment_revision_tags(*at).tags
]
view["revisions"] = [
    [r.number, r.created, r.creator_login, r.creator_name, r.tags]
    for r in client.list_environment_revisions(*at)
]
view["older revisions"] = [
    r.number for r in client.list_environment_revisions(*at, before=3, count=1)
]
client.create_environment_tag(*at, "owner", "me")
tag = client.update_environment_tag(*at, "owner", "me", "boss", "you")
view["tag"] = [tag.name, tag.value, tag.created, tag.editor_name]
view["tags"] = [
    [name, tag.value] for name, tag in client.list_environment_tags(*at).tags.items()
]
view["one tag"] = client.get_environment_tag(*at, "boss").value
client.delete_environment_tag(*at, "boss")
client.delete_environment_revision_tag(*at, "stable")
checked = client.check_environment_yaml("acme", "values: {a: '${bad_ref}'}")
view["check"] = [d.summary for d in checked.diagnostics]
client.delete_environment(*at)
# Some calls answer bytes, others text.
json.dump(view, sys.stdout, default=lambda answered: answered.decode())
