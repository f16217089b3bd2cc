"""The arithmetic of formulas for the database: 34 digits, halves away from zero, null for none.

`workspaces.fields.formula_queries` writes formulas with these; a property test holds them to what
`core.expressions` works out.
"""

from django.db import migrations

NAMES = {
    "exponent": ("x numeric", "integer"),
    "fit": ("x numeric", "numeric"),
    "divide": ("a numeric, b numeric", "numeric"),
    "power": ("a numeric, b numeric", "numeric"),
    "sqrt": ("x numeric", "numeric"),
    "ln": ("x numeric", "numeric"),
    "exp": ("x numeric", "numeric"),
    "round": ("x numeric, places numeric", "numeric"),
    "day": ("word text", "date"),
    "moved": ("first date, days numeric", "date"),
    "text": ("word text", "text"),
}
BODIES = {
    # The power of ten of the first digit.
    "exponent": """
DECLARE whole numeric := trunc(abs(x)); digits text;
BEGIN
  IF whole > 0 THEN RETURN length(whole::text) - 1; END IF;
  digits := ltrim(substr(abs(x)::text, 3), '0');
  RETURN length(digits) - scale(x) - 1;
END""",
    # 34 digits; none for a number too large. Numbers that surely fit are passed on at once.
    "fit": """
DECLARE fitted numeric;
BEGIN
  IF scale(x) <= 17 AND x > -1e16 AND x < 1e16 THEN RETURN x; END IF;
  fitted := trim_scale(round(x, least(33 - workspaces_formula_exponent(x), 433)));
  IF abs(fitted) >= 1e401 THEN RETURN NULL; END IF;
  RETURN fitted;
END""",
    # With 75 digits or more first, so that rounding to 34 is right.
    "divide": """
DECLARE places integer := 115;
BEGIN
  IF b = 0 THEN RETURN NULL; END IF;
  IF abs(a) NOT BETWEEN 1e-20 AND 1e20 OR abs(b) NOT BETWEEN 1e-20 AND 1e20 THEN
    IF a = 0 THEN RETURN 0; END IF;
    places := 75 - workspaces_formula_exponent(a) + workspaces_formula_exponent(b);
  END IF;
  RETURN workspaces_formula_fit(round(a, greatest(scale(a), least(places, 1000))) / b);
END""",
    "power": """
DECLARE size numeric;
BEGIN
  IF a = 0 THEN
    RETURN CASE WHEN b < 0 THEN NULL WHEN b = 0 THEN 1 ELSE 0 END;
  END IF;
  IF a < 0 AND b <> trunc(b) THEN RETURN NULL; END IF;
  size := b * ln(abs(a)) / 2.302585;
  IF size > 402 THEN RETURN NULL; END IF;
  IF size < -450 THEN RETURN 0; END IF;
  RETURN workspaces_formula_fit(power(round(a, greatest(scale(a), 80 - size::integer)), b));
END""",
    "sqrt": """
BEGIN
  IF x < 0 THEN RETURN NULL; END IF;
  IF x = 0 THEN RETURN 0; END IF;
  RETURN workspaces_formula_fit(
    sqrt(round(x, greatest(scale(x), 80 - workspaces_formula_exponent(x) / 2)))
  );
END""",
    "ln": """
BEGIN
  IF x <= 0 THEN RETURN NULL; END IF;
  RETURN workspaces_formula_fit(ln(round(x, greatest(scale(x), 80))));
END""",
    "exp": """
BEGIN
  IF x > 924 THEN RETURN NULL; END IF;
  IF x < -1100 THEN RETURN 0; END IF;
  RETURN workspaces_formula_fit(exp(round(x, greatest(scale(x), 80 - (x / 2.302585)::integer))));
END""",
    "round": """
BEGIN
  IF places <> trunc(places) OR abs(places) > 12 THEN RETURN NULL; END IF;
  RETURN round(x, places::integer);
END""",
    "day": r"""
BEGIN
  IF word !~ '^\d{4}-\d\d-\d\d$' THEN RETURN NULL; END IF;
  RETURN make_date(substr(word, 1, 4)::integer, substr(word, 6, 2)::integer,
    substr(word, 9)::integer);
EXCEPTION WHEN datetime_field_overflow THEN RETURN NULL;
END""",
    "moved": """
DECLARE day date;
BEGIN
  IF abs(days) > 4000000 THEN RETURN NULL; END IF;
  day := first + trunc(days)::integer;
  IF day NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN RETURN NULL; END IF;
  RETURN day;
END""",
    "text": """
BEGIN
  IF length(word) > 10000 THEN RETURN NULL; END IF;
  RETURN word;
END""",
}
MAKE = "".join(
    f"CREATE FUNCTION workspaces_formula_{name}({takes}) RETURNS {gives} "
    f"LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $${BODIES[name]} $$;\n"
    for name, (takes, gives) in NAMES.items()
)
DROP = "".join(f"DROP FUNCTION workspaces_formula_{name};\n" for name in reversed(NAMES))


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0024_import_kinds_of_every_record"),
    ]

    operations = [migrations.RunSQL(MAKE, DROP)]
