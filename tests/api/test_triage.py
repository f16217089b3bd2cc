"""Notes are triaged over the API, by the rules of the inbox."""

from tests.factories.feedback import NoteFactory


def test_a_note_is_triaged_over_the_api_and_snoozed_until_some_day(member, api_of):
    note = NoteFactory(workspace=member.workspace, text="The zip jams.")
    api, at = api_of(member), f"notes/{note.pk}/"
    vague = api("patch", at, {"state": "snoozed"}, **{"If-Match": "*"})
    unknown = api("patch", at, {"state": "gone"}, **{"If-Match": "*"})
    words = api("patch", at, {"text": "Fine."}, **{"If-Match": "*"})
    assert [vague.status_code, unknown.status_code, words.status_code] == [422, 422, 422]
    done = api("patch", at, {"state": "no_action"}, **{"If-Match": "*"})
    assert (done.status_code, done.json()["state"]) == (200, "no_action")
    assert api("get", "notes/", {"state": "new"}).json()["results"] == []
    assert len(api("get", "notes/", {"state": "no_action"}).json()["results"]) == 1
