"""How other systems write orders."""


def register() -> None:
    """Make the presets of the ledger known."""
    from finance.ledger.presets import olist, online_retail, shopify
    from finance.ledger.transfer.costs import COSTS
    from finance.ledger.transfer.customers import CUSTOMERS
    from finance.ledger.transfer.orders import ORDERS
    from workspaces.imports.kinds import register_preset
    from workspaces.imports.preset_parts import generic_preset

    for module in (shopify, online_retail, olist):
        register_preset(module.PRESET)
    for kind in (ORDERS, CUSTOMERS, COSTS):
        register_preset(generic_preset(kind))
