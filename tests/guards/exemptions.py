"""What the guards let pass, each with its reason. An entry that nothing needs any more fails."""

_OWN_ACCOUNT = "a person's own memberships, found by the signed-in account"
_DOOR = "this is the door itself"
_ALL = "housekeeping over all workspaces; no person asks"
_JOB = "a worker holds the job it was rung for, and no other"
_PEOPLE = "people stand above workspaces; the ids come from this workspace's rows"
_COMMAND = "a command for whoever runs the machine"
_UNIQUE = "names its workspace in the key it looks for"
_UNRELEASED = "older than the first release: no site holds rows yet"
_INVITED = "the token is the key; its holder is no member yet"

READ_PAST_A_DOOR = {
    "feedback/ideas/recompute.py: Workspace.get": "the workspace itself, by the id of its mark",
    "feedback/inbox/recompute.py: Workspace.get": "the workspace itself, by the id of its mark",
    "finance/metrics/recompute.py: Workspace.get": "the workspace itself, by the id of its mark",
    "feedback/sources/polling.py: Source.on": "workers read the mailboxes of all workspaces",
    "feedback/sources/polling.py: Source.select_related": "the mailbox just claimed",
    "feedback/sources/registering.py: Arrival.filter": _ALL,
    "feedback/sources/views_open.py: Source.on": "the secret or the key is the door",
    "finance/ledger/forms_books.py: User.filter": _PEOPLE,
    "pm_workspace/demo/logins.py: User.values_list": _COMMAND,
    "pm_workspace/demo/logins.py: Workspace.filter": _COMMAND,
    "pm_workspace/demo/management/commands/load_sample_shop.py: Workspace.filter": _COMMAND,
    "pm_workspace/demo/services.py: User.create_user": _COMMAND,
    "pm_workspace/demo/services.py: User.filter": _COMMAND,
    "pm_workspace/home/views.py: Membership.active": _OWN_ACCOUNT,
    "pm_workspace/local/preparing.py: Workspace.exists": _COMMAND,
    "pm_workspace/palette.py: Membership.active": _OWN_ACCOUNT,
    "products/catalog/forms.py: User.filter": _PEOPLE,
    "products/catalog/models.py: Product.filter": "candidates by index; the outer query is scoped",
    "products/catalog/models.py: Variant.filter": "candidates by index; the outer query is scoped",
    "workspaces/access/doors.py: Membership.active": _DOOR,
    "workspaces/admin.py: Job.filter": "the operator's view over all workspaces, for staff",
    "workspaces/admin.py: Job.order_by": "the operator's view over all workspaces, for staff",
    "workspaces/api/authentication.py: ApiToken.filter": _DOOR,
    "workspaces/api/services.py: Answer.filter": _ALL,
    "workspaces/api/services.py: ApiToken.filter": "one's own tokens in the actor's workspace",
    "workspaces/fields/services.py: Workspace.filter": "the actor's own workspace",
    "workspaces/fields/services.py: Workspace.select_for_update": "the actor's own workspace",
    "workspaces/fields/tasks.py: CustomField.filter": "the one field the bell names",
    "workspaces/fields/tasks.py: CustomField.order_by": _ALL,
    "workspaces/documents/forms.py: User.filter": _PEOPLE,
    "workspaces/following/cleaning.py: Letter.filter": _ALL,
    "workspaces/following/cleaning.py: Notification.filter": _ALL,
    "workspaces/following/discussed.py: User.filter": _PEOPLE,
    "workspaces/discussion/letters.py: PublicLetter.filter": "workers send for all workspaces",
    "workspaces/discussion/letters.py: PublicLetter.select_related": "the letter just claimed",
    "workspaces/following/letters.py: Letter.filter": "workers send for all workspaces",
    "workspaces/following/letters.py: Letter.select_for_update": "the letter this worker claimed",
    "workspaces/following/letters.py: Letter.select_related": "the letter this worker claimed",
    "workspaces/following/mailing.py: User.filter": _PEOPLE,
    "workspaces/following/services.py: Notification.mine": "visible_to the actor, and theirs",
    "workspaces/following/letters.py: Notification.mine": "visible_to the actor, and theirs",
    "workspaces/following/views.py: Notification.mine": "visible_to the actor, and theirs",
    "workspaces/webhooks/registering.py: Delivery.filter": _ALL,
    "workspaces/webhooks/sending.py: Delivery.filter": "workers deliver for all workspaces",
    "workspaces/webhooks/sending.py: WebhookEndpoint.filter": "the endpoint this worker claimed",
    "workspaces/webhooks/sending.py: WebhookEndpoint.on": "the endpoint the bell names",
    "workspaces/webhooks/sending.py: WebhookEndpoint.select_related": "the endpoint just claimed",
    "workspaces/imports/cleaning.py: ImportRun.filter": _ALL,
    "workspaces/imports/matching.py: ColumnMapping.update_or_create": _UNIQUE,
    "workspaces/jobs/running.py: Job.filter": _JOB,
    "workspaces/jobs/running.py: Job.select_for_update": _JOB,
    "workspaces/jobs/running.py: Membership.active": "the membership of whoever started the job",
    "workspaces/jobs/tasks.py: Job.claim": _JOB,
    "workspaces/jobs/tasks.py: Job.filter": _ALL,
    "workspaces/jobs/tasks.py: Job.silent": _ALL,
    "workspaces/management/commands/create_token.py: User.filter": _COMMAND,
    "workspaces/management/commands/import_data.py: Job.claim": _JOB,
    "workspaces/management/commands/import_data.py: Membership.active": _COMMAND,
    "workspaces/management/commands/import_data.py: User.filter": _COMMAND,
    "workspaces/members/invitations.py: EmailAddress.get_or_create": "the account's own address",
    "workspaces/members/invitations.py: Invitation.open": _INVITED,
    "workspaces/members/invitations.py: Invitation.filter": _INVITED,
    "workspaces/members/invitations.py: Membership.active": "the person's own membership",
    "workspaces/members/invitations.py: Membership.get_or_create": _UNIQUE,
    "workspaces/members/pages.py: Membership.active": _OWN_ACCOUNT,
    "workspaces/members/pages.py: Membership.filter": _OWN_ACCOUNT,
    "workspaces/members/people.py: User.filter": _PEOPLE,
    "workspaces/members/services.py: Membership.owners": _OWN_ACCOUNT,
    "workspaces/members/services.py: Workspace.filter": "free addresses, and what is long deleted",
    "workspaces/members/services.py: Workspace.select_for_update": "the actor's own workspace",
    "workspaces/members/services.py: _base_manager.filter": "purges one deleted workspace",
    "workspaces/members/tasks.py: ActivityEvent.select_related": "the one event the bell names",
    "workspaces/members/tasks.py: Invitation.open": "the one invitation the bell names",
    "workspaces/members/views.py: Membership.active": _OWN_ACCOUNT,
    "workspaces/discussion/cleaning.py: Attachment.filter": _ALL,
    "workspaces/discussion/mentions.py: model.all": "asks how the kind is read, and reads nothing",
    "workspaces/discussion/rendering.py: User.filter": _PEOPLE,
    "workspaces/records/admin.py: _base_manager.get": "staff; the row that is open in the form",
    "workspaces/records/choices.py: ListChoice.update_or_create": _UNIQUE,
    "workspaces/records/history.py: User.filter": _PEOPLE,
    "workspaces/records/trash.py: _base_manager.filter": _ALL,
    "workspaces/records/undo.py: _default_manager.filter": "an id out of this row's own history; "
    "the composite key refuses any other",
    "workspaces/records/views.py: User.filter": _PEOPLE,
    "workspaces/approvals/models.py: ApprovalStep.filter": "of the row outside, which is scoped",
    "workspaces/approvals/models.py: Approver.filter": "of the row outside, which is scoped",
    "workspaces/calendar/services.py: CalendarFeed.filter": "the secret is the key",
    "workspaces/approvals/reminding.py: Approval.filter": _ALL,
    "workspaces/audit/relay.py: ActivityEvent.filter": _ALL,
    "workspaces/records/showing.py: User.filter": _PEOPLE,
    "workspaces/lists/naming.py: User.filter": _PEOPLE,
    "workspaces/views/services.py: ListChoice.get_or_create": _UNIQUE,
    "workspaces/lists/toolbar.py: User.filter": _PEOPLE,
    "workspaces/api/inputs.py: _default_manager.visible_to": "this is a door, reached by model",
    "workspaces/search/listening.py: _base_manager.filter": "rows of one workspace's events, "
    "trash included; their models are known by registration alone",
    "workspaces/staleness/tasks.py: Refresh.filter": _ALL,
    "workspaces/staleness/tasks.py: Refresh.get_or_create": _UNIQUE,
    "workspaces/staleness/tasks.py: Refresh.select_for_update": _ALL,
    "workspaces/staleness/tasks.py: Workspace.order_by": _ALL,
}

SERVICES_WITHOUT_REQUIRE = {
    "pm_workspace/demo/services.py: load_sample_shop": _COMMAND,
    "products/catalog/services.py: check_move": "a rule of the range; its callers have asked",
    "products/catalog/services.py: free_handle": "reads; its callers have asked",
    "products/catalog/services.py: locked": "reads; its callers have asked",
    "workspaces/api/services.py: forget_old_answers": _ALL,
    "workspaces/api/services.py: tokens_of": "reads one's own tokens",
    "workspaces/audit/services.py: in_batch": "part of an act that has asked",
    "workspaces/audit/services.py: record": "part of an act that has asked",
    "workspaces/audit/services.py: record_many": "part of an act that has asked",
    "workspaces/fields/services.py: free_key": "arithmetic",
    "workspaces/documents/services.py: fingerprint": "arithmetic",
    "workspaces/documents/services.py: template_text": "reads; its callers have asked",
    "workspaces/discussion/services.py: held": "reads; its callers have asked",
    "workspaces/calendar/services.py: hash_of": "arithmetic",
    "workspaces/calendar/services.py: reader_of": "the secret is the key",
    "workspaces/imports/services.py: upload": "asks in `allowed`, by what is imported",
    "workspaces/jobs/services.py: may_retry": "asks; decides about the actor alone",
    "workspaces/members/invitations.py: accept": _INVITED,
    "workspaces/members/invitations.py: find": _INVITED,
    "workspaces/members/invitations.py: hash_of": "arithmetic",
    "workspaces/members/invitations.py: is_for": "arithmetic",
    "workspaces/members/invitations.py: joined_by": _INVITED,
    "workspaces/members/invitations.py: token_of": "arithmetic",
    "workspaces/members/services.py: create_workspace": "whoever is signed in may make one",
    "workspaces/members/services.py: free_slug": "reads",
    "workspaces/members/services.py: hold_workspace": "a lock; its callers have asked",
    "workspaces/members/services.py: purge_deleted_workspaces": _ALL,
    "workspaces/members/services.py: restore_workspace": "asks once the deleted workspace is found",
    "workspaces/members/services.py: update_profile": "about oneself",
    "workspaces/records/services.py: locked": "reads; its callers have asked",
    "workspaces/records/services.py: put_away": "part of an act that has asked",
    "workspaces/snoozes/services.py: snoozed": "reads what one put off oneself",
    "workspaces/staleness/services.py: mark_stale": "part of an act that has asked",
}

REQUEST_USER = {
    "pm_workspace/home/views.py: entrance": "there is no workspace yet; it looks for one's own",
}

RUNG_OTHERWISE = {
    "core/tasks.py: transaction.on_commit": "this is after_commit itself",
    "core/tasks.py: task.apply_async": "this is after_commit itself",
    "workspaces/imports/services.py: transaction.on_commit": "removes files once the row is gone",
    "workspaces/members/services.py: transaction.on_commit": "removes files once the rows are gone",
}

# docs/adr/0011-keys-checked-once.md
LINKS_WITHOUT_KEY = {
    "finance.OrderLine.channel": "repeats its order's link, which has one",
    "finance.OrderLine.market": "repeats its order's link, which has one",
    "finance.OrderLine.account": "repeats its order's link, which has one",
    "finance.DailySales.variant": "derived by one statement from rows that have one",
    "finance.DailySales.product": "derived by one statement from rows that have one",
    "finance.DailySales.channel": "derived by one statement from rows that have one",
    "finance.DailySales.market": "derived by one statement from rows that have one",
    "finance.DailySales.account": "derived by one statement from rows that have one",
}

CAUGHT_INSIDE_ATOMIC: dict[str, str] = {}
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
UNCALLED_COMMANDS: dict[str, str] = {}
UNSAFE_MIGRATIONS = {
    "finance.0003_known_parts_of_costs: AddField dailysales.refunded_costed": _UNRELEASED,
    "finance.0003_known_parts_of_costs: AddField dailysales.units_fulfilment": _UNRELEASED,
    "finance.0003_known_parts_of_costs: AddField dailysales.units_payment": _UNRELEASED,
    "finance.0004_keys_checked_once: AlterField orderline": "drops a key, the type stays",
    "workspaces.0009_teams_and_listeners: AlterField activityevent": "changes the default alone",
    "workspaces.0024_import_kinds_of_every_record: AlterField columnmapping": "a longer varchar "
    "rewrites nothing",
    "workspaces.0024_import_kinds_of_every_record: AlterField importrun": "a longer varchar "
    "rewrites nothing",
    "workspaces.0004_import_of_several_files: AddField importrun.parts": _UNRELEASED,
}
