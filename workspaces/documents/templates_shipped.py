"""The templates that come along. Each is a text to begin with, in the field's usual headings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shipped:
    """A template: what it is called, what it is for, and its text."""

    name: str
    purpose: str
    body: str


def _text(*sections: tuple[str, str]) -> str:
    return "\n".join(f"## {heading}\n\n{words}\n" for heading, words in sections)


SHIPPED = (
    Shipped(
        "Business requirements",
        "What the business needs and why, before anybody says how.",
        _text(
            ("Purpose", "_What shall be different once this is done, in one sentence?_"),
            ("Background", "_What happens today, and what does it cost?_"),
            ("Stakeholders", "| who | interest | decides |\n|---|---|---|\n|  |  |  |"),
            (
                "Requirements",
                "| no. | requirement | source | must / should / could |\n"
                "|---|---|---|---|\n| 1 |  |  |  |",
            ),
            ("Out of scope", "- "),
            ("Risks and assumptions", "- "),
            ("How we will know", "_The measure, its value today, and its value then._"),
        ),
    ),
    Shipped(
        "Product requirements",
        "What the product must do for whom, with the evidence behind it.",
        _text(
            ("Problem", "_Whose problem is it, how often does it happen, how do we know?_"),
            ("Evidence", "_Quotes, counts, figures._"),
            (
                "Products concerned",
                "```records\nkind: products\ncolumns: name,state\nlimit: 10\n```",
            ),
            ("User stories", "- As … I want … so that …"),
            ("Acceptance criteria", "- Given … when … then …"),
            ("Not now", "- "),
            ("Open questions", "- "),
        ),
    ),
    Shipped(
        "Metric plan",
        "Goals and the figures that will show whether they were reached.",
        _text(
            ("Goal", ""),
            (
                "Measures",
                "| measure | today | target | by | owner |\n|---|---|---|---|---|\n"
                "|  |  |  |  |  |",
            ),
            ("Guardrails", "_What must not get worse._"),
            ("How it is measured", "_Source, filters, who checks._"),
            ("Review", "_When do we look, and what would make us stop?_"),
        ),
    ),
    Shipped(
        "Launch brief",
        "What is launched, for whom, when, and what must be true before.",
        _text(
            ("What and for whom", ""),
            ("Positioning", "_For … who … it is … that …; unlike … it …_"),
            ("Markets and dates", "| market | date | price |\n|---|---|---|\n|  |  |  |"),
            ("Before", "- "),
            ("On the day", "- "),
            ("After", "- "),
            ("Proof", "_Certificates, tests, approvals._"),
        ),
    ),
    Shipped(
        "Training brief",
        "What people must know, how they learn it, and how we see that they do.",
        _text(
            ("Who must know", ""),
            ("What they must be able to do", "- "),
            ("Material", "- "),
            ("Check", "_Questions, pass mark, by when._"),
        ),
    ),
)


def shipped(name: str) -> Shipped | None:
    """The template of that name."""
    return next((one for one in SHIPPED if one.name == name), None)
