"""How other systems write products."""


def register() -> None:
    """Make the presets of products known."""
    from products.catalog.presets import google_merchant, olist, shopify, woocommerce
    from products.catalog.transfer import PRODUCTS
    from workspaces.imports.kinds import register_preset
    from workspaces.imports.preset_parts import generic_preset

    for module in (shopify, woocommerce, google_merchant, olist):
        register_preset(module.PRESET)
    register_preset(generic_preset(PRODUCTS))
