"""A workspace with one row of everything, whose every text is a canary: seen is leaked."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.apps import apps
from django.db import models
from django.utils import timezone

from feedback.announcements.models import AnnouncedIdea, Announcement, Mailing, Unsubscribed
from feedback.enrichment.models import IdeaPair, NoteReading
from feedback.ideas.models import Stake
from feedback.inbox.models import Clue, Note
from feedback.portal.models import KIND, Ballot, Portal, VisitorComment
from feedback.segments.models import CustomerFigures, Segment
from feedback.sources.models import Arrival, Source
from products.compliance.recompute import recompute_all_obligations
from tests.access.world_roadmap import EARNED, add_launch, add_roadmap
from tests.factories import (
    catalog,
    compliance,
    discussion,
    feedback,
    ideas,
    ledger,
    work,
)
from tests.factories.workspaces import MembershipFactory, UserFactory, WorkspaceFactory
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.audit import services as audit
from workspaces.audit.models import ActivityEvent
from workspaces.calendar.models import CalendarFeed
from workspaces.documents.models import (
    Document,
    DocumentState,
    DocumentTemplate,
    DocumentVersion,
    SignOff,
)
from workspaces.fields.models import CustomUnique
from workspaces.fields.services import create_field
from workspaces.following.models import Letter, MailChoice, Notification, Reason, Watch
from workspaces.guests.models import GuestCode, GuestLink, GuestVisit
from workspaces.imports.models import ImportRun
from workspaces.jobs.models import Job
from workspaces.members.models import Invitation, Team, TeamMember, User, Workspace
from workspaces.records.models import ScopedModel
from workspaces.search.models import SearchEntry, SearchMeaning
from workspaces.todo.models import Task
from workspaces.views.models import SavedView
from workspaces.webhooks.models import Delivery, WebhookEndpoint

PAID = Decimal("7171.71")
KEPT = {"kind", "model", "verb", "topic", "key", "fingerprint", "sha256", "encoding", "file"} | {
    "to_kind",
    "preview",
    "mime",
    "rule",
    "position",
}
STANDS = {DocumentVersion, Note}  # rows that PostgreSQL lets nobody change; they speak from birth
ROOMY = 80  # characters: shorter fields are codes, not words


@dataclass
class World:
    """One workspace, its people by role, and the id of a row of each model."""

    canary: str
    workspace: Workspace
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[type[models.Model], int] = field(default_factory=dict)


def build(canary: str) -> World:
    """Everything a workspace can hold, once."""
    workspace = WorkspaceFactory(name=f"{canary} shop")
    world = World(canary, workspace)
    for role in Role:
        user = UserFactory(name=f"{canary} {role}")
        MembershipFactory(workspace=workspace, user=user, role=role)
        world.people[role.value] = user
    removed = MembershipFactory(workspace=workspace, role=Role.OWNER, active=False)
    world.people["removed"] = removed.user
    closed = UserFactory(is_active=False)
    MembershipFactory(workspace=workspace, user=closed, role=Role.OWNER)
    world.people["deactivated"] = closed
    _catalogue_and_ledger(world)
    _compliance(world)
    _house_keeping(world)
    _custom_fields(world)
    _people_together(world)
    _discussing(world)
    _outside(world)
    _work(world)
    _documents(world)
    add_roadmap(world)
    add_launch(world)
    _follow(world)
    _found(world)
    _speak(world)
    return world


def _catalogue_and_ledger(world: World) -> None:
    inside = {"workspace": world.workspace}
    shared = {
        "brand": catalog.BrandFactory(**inside),
        "supplier": catalog.SupplierFactory(**inside),
        "category": catalog.CategoryFactory(**inside),
    }
    names = {one.name for one in catalog.Product._meta.get_fields()}
    links = {name: row for name, row in shared.items() if name in names}
    product = catalog.ProductFactory(**inside, **links)
    variant = catalog.VariantFactory(**inside, product=product)
    channel, market = catalog.ChannelFactory(**inside), catalog.MarketFactory(**inside)
    account, customer = ledger.AccountFactory(**inside), ledger.CustomerFactory(**inside)
    order = ledger.OrderFactory(
        **inside, channel=channel, market=market, account=account, customer=customer
    )
    line = ledger.OrderLineFactory(**inside, order=order, variant=variant, gross=EARNED)
    ledger.RefundFactory(**inside, order_line=line, amount=EARNED)
    ledger.CostRecordFactory(**inside, variant=variant, amount=PAID)
    ledger.AdSpendFactory(**inside, channel=channel, amount=PAID)
    ledger.ExchangeRateFactory(**inside)
    note = feedback.NoteFactory(
        **inside,
        channel=channel,
        product=product,
        customer=customer,
        author=world.canary,
        title=f"{world.canary} title",
        text=f"{world.canary} says that the zip jams",
    )
    _asking(world, note, customer)


def _asking(world: World, note: Note, customer: models.Model) -> None:
    """An idea, the passage that asks for it, and what it is worth."""
    inside = {"workspace": world.workspace}
    idea = ideas.IdeaFactory(**inside)
    passage = ideas.HighlightFactory(**inside, note=note)
    ideas.FeedbackLinkFactory(**inside, idea=idea, note=note, highlight=passage, customer=customer)
    other = ideas.IdeaFactory(**inside, merged_into=idea, state="merged")
    IdeaPair.objects.create(**inside, first=idea, second=other, probability="0.95")
    NoteReading.objects.create(**inside, note=note, language="en", sentiment="0.5", model="x")
    Stake.objects.create(
        **inside,
        idea=idea,
        customers=1,
        revenue=EARNED,
        contribution=PAID,
        currency="EUR",
        window_end=timezone.now().date(),
        computed_at=timezone.now(),
    )


def _outside(world: World) -> None:
    """A portal with a vote, an announcement with a letter, a segment."""
    inside = {"workspace": world.workspace}
    idea = ideas.Idea.objects.in_workspace(world.workspace.pk).filter(merged_into=None).first()
    customer = ledger.Customer.objects.in_workspace(world.workspace.pk).first()
    link = GuestLink.objects.create(**inside, label="x", kind=KIND, secret_hash=uuid4().hex)
    channel = catalog.Channel.objects.in_workspace(world.workspace.pk).first()
    portal = Portal.objects.create(**inside, link=link, title="x", channel=channel)
    vote = ideas.FeedbackLinkFactory(**inside, idea=idea, customer=customer)
    Ballot.objects.create(**inside, link=vote, idea=idea, portal=portal, voter="x")
    VisitorComment.objects.create(**inside, idea=idea, portal=portal, body="x")
    news = Announcement.objects.create(**inside, title="x")
    AnnouncedIdea.objects.create(**inside, announcement=news, idea=idea)
    letter = {"person": "x", "to": "x@example.com", "reason": "asked", "customer": customer}
    Mailing.objects.create(**inside, announcement=news, **letter)
    Unsubscribed.objects.create(**inside, person="y")
    Segment.objects.create(**inside, name="x", where="x")
    CustomerFigures.objects.create(
        **inside, customer=customer, orders=1, revenue=EARNED, currency="EUR"
    )


def _compliance(world: World) -> None:
    """A pack that counts, what follows of it, and a document that somebody has to review."""
    inside = {"workspace": world.workspace}
    product = catalog.Product.objects.in_workspace(world.workspace.pk).get()
    market = catalog.Market.objects.in_workspace(world.workspace.pk).get()
    owner = world.people[Role.OWNER.value]
    compliance.RulePackFactory(**inside, added_by=owner)
    compliance.ProductAttributeFactory(**inside, product=product, answered_by=owner)
    document = compliance.EvidenceDocFactory(
        **inside, state="review", reviewed_at=None, uploaded_by=owner
    )
    compliance.EvidenceCoverFactory(**inside, evidence=document, product=product)
    compliance.EvidenceWarningFactory(**inside, evidence=document)
    compliance.WaiverFactory(**inside, product=product, market=market, requested_by=owner)
    recompute_all_obligations(world.workspace.pk)


def _house_keeping(world: World) -> None:
    owner = world.people[Role.OWNER.value]
    job = Job.objects.create(
        workspace=world.workspace,
        kind="recompute",
        title="x",
        state="failed",
        error="x",
        created_by=owner,
        finished_at=timezone.now(),
    )
    run = ImportRun.objects.create(
        workspace=world.workspace,
        kind="orders",
        filename="x.csv",
        file="imports/absent.csv",
        job=job,
        created_by=owner,
    )
    Invitation.objects.create(
        workspace=world.workspace,
        email=f"{world.canary}@example.com",
        role=Role.VIEWER,
        token_hash=world.canary,
        expires_at=timezone.now() + timedelta(days=7),
    )
    audit.record(Actor(owner, world.workspace, Role.OWNER), "import.started", run, {"x": (1, 2)})


def _custom_fields(world: World) -> None:
    owner = Actor(world.people[Role.OWNER.value], world.workspace, Role.OWNER)
    label = f"{world.canary} field"
    field = create_field(owner, "products.product", key="extra", label=label, type="text")
    CustomUnique.objects.create(
        workspace=world.workspace, field=field, value_hash="x", object_id=world.workspace.pk
    )


def _documents(world: World) -> None:
    inside, owner = {"workspace": world.workspace}, world.people[Role.OWNER.value]
    DocumentTemplate.objects.create(**inside, name="x", body="x")
    document = Document.objects.create(
        **inside, title="x", body="x", owner=owner, state=DocumentState.PUBLISHED
    )
    version = DocumentVersion.objects.create(
        **inside,
        document=document,
        number=1,
        title=f"{world.canary}-title",
        body=f"{world.canary}-body",
        sha256="0" * 64,
        published_by=owner,
    )
    for person in world.people.values():
        SignOff.objects.create(**inside, version=version, user=person)


def _people_together(world: World) -> None:
    team = Team.objects.create(workspace=world.workspace, name=f"{world.canary} team")
    owner = world.people[Role.OWNER.value]
    TeamMember.objects.create(workspace=world.workspace, team=team, user=owner)
    SavedView.objects.create(
        workspace=world.workspace, kind="products.product", name=world.canary, owner=owner
    )


def _discussing(world: World) -> None:
    owner = world.people[Role.OWNER.value]
    product = catalog.Product.objects.in_workspace(world.workspace.pk).get()
    variant = catalog.Variant.objects.in_workspace(world.workspace.pk).get()
    about = {"workspace": world.workspace, "about": product}
    comment = discussion.CommentFactory(**about, author=owner)
    discussion.MentionFactory(workspace=world.workspace, comment=comment, user=owner)
    discussion.ReactionFactory(workspace=world.workspace, comment=comment, user=owner)
    discussion.RevisionFactory(workspace=world.workspace, comment=comment)
    discussion.AttachmentFactory(**about, comment=comment, uploaded_by=owner)
    discussion.RecordLinkFactory(**about, to_kind="products.variant", to_id=variant.pk)


def _work(world: World) -> None:
    inside = {"workspace": world.workspace}
    owner = world.people[Role.OWNER.value]
    task = work.TaskFactory(**inside, assignee=owner)
    work.TaskDependencyFactory(**inside, blocked=task, blocker=work.TaskFactory(**inside))
    work.ChecklistItemFactory(**inside, task=task)
    about = {"kind": "workspaces.task", "object_id": task.pk}
    approval = work.ApprovalFactory(**inside, **about, requested_by=owner)
    step = work.ApprovalStepFactory(**inside, approval=approval)
    approver = work.ApproverFactory(**inside, step=step, user=owner)
    decision = work.DecisionFactory(**inside, approver=approver, user=owner)
    work.ConditionFactory(**inside, decision=decision, task=task)
    work.ReminderFactory(**inside, approver=approver)
    _meeting(world, task)


def _meeting(world: World, task: Task) -> None:
    inside = {"workspace": world.workspace}
    owner = world.people[Role.OWNER.value]
    meeting = work.MeetingFactory(**inside)
    series = work.MeetingSeriesFactory(**inside)
    work.MeetingFactory(**inside, series=series, slot=meeting.starts_at)
    work.AttendeeFactory(**inside, meeting=meeting, email="x@example.com")
    item = work.AgendaItemFactory(**inside, meeting=meeting)
    work.OutcomeFactory(**inside, meeting=meeting, item=item, task=task)
    CalendarFeed.objects.create(**inside, user=owner, token_hash=world.canary)
    link = GuestLink.objects.create(**inside, label="x", kind="x", secret_hash=world.canary)
    GuestVisit.objects.create(**inside, link=link)
    GuestCode.objects.create(**inside, link=link, email="x@example.com", nonce="x")


def _follow(world: World) -> None:
    """The owner watches the product, was told of it, and has a letter waiting."""
    inside = {"workspace": world.workspace, "user": world.people[Role.OWNER.value]}
    product = catalog.Product.objects.in_workspace(world.workspace.pk).first()
    about = {"kind": "products.product", "object_id": product.pk}
    event = ActivityEvent.objects.in_workspace(world.workspace.pk).first()
    Watch.objects.create(**inside, **about)
    Notification.objects.create(
        **inside, **about, reason=Reason.WATCHING, label="x", events=[event.pk], last_event=event.pk
    )
    MailChoice.objects.create(**inside)
    hook = WebhookEndpoint.objects.create(
        workspace=world.workspace, created_by=inside["user"], url="https://hooks.example.com/"
    )
    Delivery.objects.create(workspace=world.workspace, endpoint=hook, verb="webhook.test")
    channel = catalog.Channel.objects.in_workspace(world.workspace.pk).first()
    source = Source.objects.create(
        workspace=world.workspace, created_by=inside["user"], channel=channel, kind="mailbox"
    )
    note = Note.objects.get(workspace=world.workspace)
    Arrival.objects.create(workspace=world.workspace, source=source, state="taken", note=note)
    Clue.objects.create(workspace=world.workspace, note=note, waits=False)
    Letter.objects.create(**inside, due_at=timezone.now())


def _found(world: World) -> None:
    """What the search index makes of the note, until it is worked out anew."""
    entry = SearchEntry.objects.create(
        workspace=world.workspace,
        kind="feedback.note",
        object_id=Note.objects.get(workspace=world.workspace).pk,
        title="x",
        folded="x",
        language="en",
    )
    SearchMeaning.objects.create(workspace=world.workspace, entry=entry, digest=uuid4())


def _speak(world: World) -> None:
    """Put the canary into every roomy text, and note one row of each model."""
    for model in apps.get_models():
        if not (issubclass(model, ScopedModel) or model is Invitation):
            continue
        rows = model._base_manager.filter(workspace=world.workspace)
        texts = {
            one.name: f"{world.canary}-{one.name}"
            for one in model._meta.concrete_fields
            if isinstance(one, models.TextField)
            or (
                isinstance(one, models.CharField)
                and (one.max_length or ROOMY) >= ROOMY
                and not one.choices
            )
            if one.name not in KEPT
        }
        texts.pop("timezone", None)
        texts.pop("zone", None)
        if texts and model not in STANDS:
            rows.update(**texts)
        first = rows.order_by("pk").first()
        if first is not None:
            world.rows[model] = first.pk
