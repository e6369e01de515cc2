"""atlassian-python-api and jira against the mock whose address is the first argument. Run by .ci/conformance-clients."""

import json
import sys
import urllib.request

import atlassian.cloud_admin
from atlassian import Confluence, ConfluenceServer, ConfluenceV2, Jira, JiraCloud
from jira import JIRA, JIRAError

base = sys.argv[1]


def ask(path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


people = ask("/__mailpermit/scenarios")["people"]
ident = {name: person["account-id"] for name, person in people.items()}
ids = [ident["paul"], ident["nadia"], ident["gone"], "5d83f7c1a90b4e6632105a00"]
calls = 0


def call(value):
    global calls
    calls += 1
    return value


def refused(run, *statuses):
    global calls
    calls += 1
    try:
        value = run()
    except Exception as error:  # each client has its own
        response = getattr(error, "response", None)
        status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
        cause = getattr(getattr(error, "reason", None), "response", None)
        status = status or getattr(cause, "status_code", None)
        assert status in statuses, f"{error!r}: {status}"
        return
    raise AssertionError(f"it was not refused: {value!r}")


# --- atlassian-python-api: Jira
cloud = JiraCloud(url=base, username="me@corp.example", password="token")
assert "emailAddress" not in call(cloud.get_user(account_id=ident["paul"]))
assert call(cloud.get_user(account_id=ident["nadia"]))["emailAddress"] == "nadia.okoro@corp.example"
refused(lambda: cloud.get_user(account_id=ids[3]), 404)
assert call(cloud.get_current_user())["accountId"]
legacy = Jira(url=base, username="me@corp.example", password="token", cloud=True)
assert call(legacy.myself())["accountId"]
assert "emailAddress" not in call(legacy.user(account_id=ident["paul"]))
assert [u["accountId"] for u in call(cloud.find_users(query="nadia"))] == [ident["nadia"]]
assert call(cloud.find_users_by_query(query="is assignee of MOCK"))["total"] > 3
assert call(cloud.find_users_for_picker(query="nadia"))["total"] == 1
assert len(call(cloud.bulk_get_users(account_id=ids))["values"]) == 3
assert len(call(cloud.find_assignable_users(project="MOCK"))) > 3
assert len(call(cloud.get_all_users())) > 8
assert call(cloud.get_users_from_group(groupname="users"))["total"] > 8
assert call(cloud.get_user_email(account_id=ident["paul"]))["email"] == "paul.imkers@example.com"
refused(lambda: cloud.get_user_email(account_id=ident["gone"]), 404)
assert [e["accountId"] for e in call(cloud.get_user_email_bulk(account_id=ids))] == ids[:2]
ask("/__mailpermit/state", "PATCH", {"email-api": "not-approved"})
refused(lambda: cloud.get_user_email(account_id=ident["paul"]), 400)
ask("/__mailpermit/reset", "POST")
print(f"ok atlassian-python-api, Jira: {calls} calls")

# --- atlassian-python-api: Confluence
calls = 0
wiki = ConfluenceServer(url=f"{base}/wiki", username="me@corp.example", password="token")
assert call(wiki.get_user_details_by_accountid(ident["paul"]))["email"] == ""
assert call(wiki.get_user_details_by_accountid(ident["nadia"]))["email"] == "nadia.okoro@corp.example"
members = call(Confluence(url=base, username="me@corp.example", password="token", cloud=True).get_group_members("users"))
assert any(member["accountId"] == ident["paul"] for member in members.get("results", members))
new = ConfluenceV2(url=f"{base}/wiki", username="me@corp.example", password="token", api_version=2)
assert len(call(new.bulk_get_users(data={"accountIds": ids}))["results"]) == 3
print(f"ok atlassian-python-api, Confluence: {calls} calls")

# --- atlassian-python-api: the Organizations API
calls = 0
atlassian.cloud_admin.ADMIN_URL = base
admin = atlassian.cloud_admin.CloudAdmin("key")
found = call(admin.search_directory_users("org", "directory", data={"accountIds": [ident["mara"], ident["rhea"]]}))
by_id = {user["accountId"]: user for user in found["data"]}
assert by_id[ident["mara"]]["email"] == "mara.solvik@corp.example"
assert "email" not in by_id[ident["rhea"]] and by_id[ident["rhea"]]["accountStatus"] == "inactive"
assert call(admin.get_directory_user("org", "-", ident["gus"]))["data"]["claimStatus"] == "unmanaged"
refused(lambda: admin.search_directory_users("org", "d", data={"searchTerm": "a", "emails": ["a@b.example"]}), 400)
print(f"ok atlassian-python-api, CloudAdmin: {calls} calls")

# --- jira
calls = 0
client = call(JIRA(server=base, basic_auth=("me@corp.example", "token"), max_retries=0))
assert call(client.myself())["accountId"] == client.current_user()
assert not hasattr(call(client.user(ident["paul"])), "emailAddress")
assert call(client.user(ident["nadia"])).emailAddress == "nadia.okoro@corp.example"
assert call(client.user(ident["gone"])).active is False
try:
    client.user(ids[3])
    raise AssertionError("there is no such user")
except JIRAError as error:
    assert error.status_code == 404, error
assert [u.accountId for u in call(client.search_users(query="nadia"))] == [ident["nadia"]]
assert len(call(client.search_users(query="paul.imkers@example.com"))) == 0
assert call(client.group_members("users"))[ident["paul"]]["email"] == "hidden"
for scenario in ("default-managed", "hidden", "unhidden", "default-deleted", "app-user", "customer", "deactivated"):
    ask("/__mailpermit/state", "PATCH", {"scenario": scenario})
    assert hasattr(call(client.user(ident["paul"])), "emailAddress") == (scenario == "unhidden"), scenario
ask("/__mailpermit/reset", "POST")
print(f"ok jira: {calls} calls")
