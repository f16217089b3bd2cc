"""How other systems write feedback."""


def register() -> None:
    """Make the presets of feedback known."""
    from feedback.inbox.presets import olist, reviews, surveys, tickets
    from feedback.inbox.transfer import FEEDBACK
    from workspaces.imports.kinds import register_preset
    from workspaces.imports.preset_parts import generic_preset

    for preset in (olist.PRESET, *reviews.PRESETS, *surveys.PRESETS, *tickets.PRESETS):
        register_preset(preset)
    register_preset(generic_preset(FEEDBACK))
