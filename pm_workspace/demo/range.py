"""What the sample shop sells: an invented outdoor shop's range, and what people say about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One product of the sample range.

    `popularity` is its weight among all sales, `cost_share` the landed cost as a share of the
    price, `returns` the share of lines that come back, `mood` the mean rating.
    """

    name: str
    category: str
    brand: str
    price: int
    sizes: str
    colours: str
    popularity: float = 1.0
    cost_share: float = 0.44
    returns: float = 0.06
    mood: float = 4.3
    state: str = "live"
    costed: bool = True


ADULT, KIDS, SHOES, ONE = "S M L XL", "104 116 128 140", "38 40 42 44", ""
HOUSE, FJELL, RIDGE = "Northshelf", "Fjellvind", "Ridgeway"

RANGE: tuple[Article, ...] = (
    Article(
        "Trail Jacket",
        "Outerwear > Jackets",
        HOUSE,
        119,
        ADULT,
        "Moss Slate Rust",
        5,
        0.41,
        0.09,
        4.1,
    ),
    Article("Storm Shell", "Outerwear > Jackets", FJELL, 189, ADULT, "Black Teal", 2.4, 0.47),
    Article("Kids Puffer", "Outerwear > Kids", HOUSE, 79, KIDS, "Berry Navy", 2.6, 0.45, 0.13, 3.7),
    Article("Kids Rain Set", "Outerwear > Kids", HOUSE, 59, KIDS, "Yellow Blue", 1.8),
    Article("Insulated Vest", "Outerwear > Vests", RIDGE, 89, ADULT, "Sand Forest", 1.6),
    Article(
        "Merino Tee", "Base layers > Tops", HOUSE, 49, ADULT, "Grey Ink Clay", 4.2, 0.38, 0.04, 4.6
    ),
    Article(
        "Merino Long Sleeve", "Base layers > Tops", HOUSE, 69, ADULT, "Grey Ink", 2.8, 0.4, 0.04
    ),
    Article("Merino Leggings", "Base layers > Bottoms", HOUSE, 65, ADULT, "Grey", 1.5),
    Article("Trail Shorts", "Trousers > Shorts", RIDGE, 55, ADULT, "Sand Slate", 1.9),
    Article(
        "Hiking Trousers", "Trousers > Long", RIDGE, 95, ADULT, "Slate Olive", 2.7, 0.43, 0.1, 4.0
    ),
    Article("Rain Trousers", "Trousers > Long", FJELL, 79, ADULT, "Black", 1.1),
    Article("Ridge Low", "Footwear > Shoes", RIDGE, 129, SHOES, "Grey Olive", 3.1, 0.48, 0.16, 4.0),
    Article("Ridge Mid GTX", "Footwear > Boots", RIDGE, 169, SHOES, "Brown", 2.2, 0.5, 0.15, 4.2),
    Article("Camp Slipper", "Footwear > Camp", HOUSE, 39, SHOES, "Moss", 1.2, 0.35),
    Article(
        "Wool Socks, pair",
        "Accessories > Socks",
        HOUSE,
        18,
        "S M L",
        "Grey Rust",
        5.5,
        0.3,
        0.01,
        4.7,
    ),
    Article("Liner Socks, 3 pairs", "Accessories > Socks", HOUSE, 24, "S M L", "Grey", 1.7, 0.33),
    Article("Beanie", "Accessories > Hats", HOUSE, 25, ONE, "Rust Ink Moss", 2.4, 0.28),
    Article("Sun Cap", "Accessories > Hats", FJELL, 29, ONE, "Sand", 1.3),
    Article(
        "Windproof Gloves",
        "Accessories > Gloves",
        FJELL,
        42,
        "S M L",
        "Black",
        1.6,
        0.42,
        0.08,
        3.9,
    ),
    Article("Day Pack 18", "Packs > Day packs", HOUSE, 85, ONE, "Moss Slate", 2.9, 0.4, 0.04, 4.5),
    Article("Day Pack 28", "Packs > Day packs", HOUSE, 109, ONE, "Moss Slate", 2.1, 0.41),
    Article("Trek Pack 55", "Packs > Trekking packs", RIDGE, 219, "M L", "Slate", 0.9, 0.49),
    Article("Rain Cover", "Packs > Accessories", HOUSE, 22, "S L", "Yellow", 1.4, 0.3),
    Article("Stuff Sacks, set of 3", "Packs > Accessories", HOUSE, 29, ONE, "Mixed", 1.5, 0.31),
    Article("Two-Person Tent", "Camp > Tents", FJELL, 349, ONE, "Green", 0.7, 0.55, 0.07, 4.4),
    Article("Solo Tent", "Camp > Tents", FJELL, 279, ONE, "Green", 0.5, 0.54),
    Article("Down Bag −5", "Camp > Sleeping", RIDGE, 249, "M L", "Ink", 0.8, 0.52),
    Article("Summer Bag", "Camp > Sleeping", RIDGE, 119, "M L", "Teal", 0.9),
    Article("Sleeping Mat", "Camp > Sleeping", HOUSE, 75, ONE, "Ink", 1.6, 0.43, 0.06, 3.8),
    Article("Gas Stove", "Camp > Kitchen", FJELL, 59, ONE, "Steel", 1.3, 0.46),
    Article("Cook Set", "Camp > Kitchen", FJELL, 69, ONE, "Steel", 1.1, 0.45),
    Article(
        "Steel Bottle 0.7",
        "Camp > Kitchen",
        HOUSE,
        28,
        ONE,
        "Moss Rust Steel",
        3.4,
        0.29,
        0.02,
        4.6,
    ),
    Article("Insulated Mug", "Camp > Kitchen", HOUSE, 24, ONE, "Moss Rust", 2.2, 0.3),
    Article("Head Torch 300", "Camp > Lights", RIDGE, 45, ONE, "Black", 1.9, 0.44, 0.05, 4.1),
    Article("Camp Lantern", "Camp > Lights", RIDGE, 39, ONE, "White", 1.0, costed=False),
    Article("Trekking Poles, pair", "Camp > Poles", RIDGE, 89, ONE, "Black", 1.3, costed=False),
    Article("Repair Kit", "Accessories > Care", HOUSE, 15, ONE, "Mixed", 0.9, costed=False),
    Article(
        "Softshell Classic",
        "Outerwear > Jackets",
        FJELL,
        99,
        ADULT,
        "Black",
        0.6,
        state="phase_out",
    ),
    Article(
        "Trail Jacket 2.0", "Outerwear > Jackets", HOUSE, 129, ADULT, "Moss Slate", 0, state="ready"
    ),
    Article("Alpine Parka", "Outerwear > Jackets", HOUSE, 259, ADULT, "Ink", 0, state="evaluating"),
    Article("Kids Fleece", "Outerwear > Kids", HOUSE, 45, KIDS, "Berry", 0, state="onboarding"),
    Article("Recycled Tote", "Accessories > Care", HOUSE, 19, ONE, "Sand", 0, state="proposed"),
)

SUPPLIERS = {HOUSE: "Atelier Nord", FJELL: "Fjellvind AS", RIDGE: "Ridgeway Mills"}

# What goes wrong in the last weeks, so that the sample has something to find.
TROUBLED = {"Trail Jacket": "zip", "Kids Puffer": "small"}

PRAISE = (
    "Fits well and keeps me warm on long walks.",
    "Light, and it has survived two weeks in the rain.",
    "Better than my old one. The colour is as in the picture.",
    "Good quality for the price, arrived within three days.",
    "My third one from this shop. I wear it almost every day.",
    "Comfortable from the first hour, no rubbing at all.",
)
MIXED = (
    "Nice, but the pockets are too small for a phone.",
    "Does what it should. The packaging is far too big.",
    "Good material, delivery took more than a week.",
    "Warm enough, a little heavier than I thought.",
    "I wish it came in longer sleeves.",
)
COMPLAINTS = (
    "The seam came loose after the second wash.",
    "Colour is different from the picture, sent it back.",
    "Not waterproof. My shoulders were wet within an hour.",
    "Arrived with a scratch and no answer from support.",
)
TROUBLES = {
    "zip": (
        "The zip jams half way up. I need both hands to open it.",
        "Zip broke after ten days of normal use.",
        "Lovely jacket, but the main zip jams all the time.",
        "Zip jams, second jacket with the same fault. Sent back.",
    ),
    "small": (
        "Runs very small: we ordered 128 and it fits like 116.",
        "Sizing runs small, had to exchange it for the next size.",
        "Far too tight at the shoulders for the size on the label.",
    ),
}
REASONS = {
    "zip": ("Defective: zip", "Defective: zip", "Changed mind"),
    "small": ("Too small", "Too small", "Wrong size"),
    "": ("Too large", "Too small", "Changed mind", "Not as described", "Defective", "Arrived late"),
}
COUNTRIES = (
    ("DE", "Germany", "EUR", 6),
    ("AT", "Austria", "EUR", 2),
    ("GB", "United Kingdom", "GBP", 3),
)
PARTNERS = ("Bergweg Outlet", "Outdoor Union", "Trailhead Stores")
