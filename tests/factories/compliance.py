"""Rule packs, answers, evidence and waivers: the smallest legal rows."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from products.compliance.models import (
    EvidenceCover,
    EvidenceDoc,
    EvidenceWarning,
    ProductAttribute,
    RulePack,
    Waiver,
)
from products.compliance.packs import shipped
from tests.factories.catalog import MarketFactory, ProductFactory, ScopedFactory, beside

PACK = shipped()["eu-chemicals"]
RULE = "eu-chemicals/restrictions"


class RulePackFactory(ScopedFactory):
    class Meta:
        model = RulePack

    key, version, title, owner = PACK.key, PACK.version, PACK.title, PACK.owner
    body, reviewed_on, state = PACK.body, PACK.reviewed_on, "active"


class ProductAttributeFactory(ScopedFactory):
    class Meta:
        model = ProductAttribute

    product = factory.SubFactory(ProductFactory, workspace=beside("workspace"))
    key, value = "toy", True


class EvidenceDocFactory(ScopedFactory):
    class Meta:
        model = EvidenceDoc

    title, type, issuer, state = "Test report", "test_report", "Testing Ltd", "valid"
    issued_on = valid_from = date(2024, 1, 1)
    valid_to = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=40))
    name, sha256, mime, size, file = "a.pdf", "0" * 64, "application/pdf", 9, "absent"
    reviewed_at = factory.LazyFunction(timezone.now)


class EvidenceCoverFactory(ScopedFactory):
    class Meta:
        model = EvidenceCover

    evidence = factory.SubFactory(EvidenceDocFactory, workspace=beside("workspace"))
    product = factory.SubFactory(ProductFactory, workspace=beside("workspace"))
    rule = RULE


class EvidenceWarningFactory(ScopedFactory):
    class Meta:
        model = EvidenceWarning

    evidence = factory.SubFactory(EvidenceDocFactory, workspace=beside("workspace"))
    days, valid_to = 90, date(2024, 1, 1)


class WaiverFactory(ScopedFactory):
    class Meta:
        model = Waiver

    product = factory.SubFactory(ProductFactory, workspace=beside("workspace"))
    market = factory.SubFactory(MarketFactory, workspace=beside("workspace"))
    rule, reason, until = RULE, "Old stock", date(2024, 1, 1)
