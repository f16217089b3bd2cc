"""How other systems write feedback."""


def register() -> None:
    """Make the presets of feedback known."""
    from feedback.inbox.presets import olist
    from feedback.inbox.transfer import FEEDBACK
    from workspaces.imports.kinds import register_preset
    from workspaces.imports.preset_parts import generic_preset

    register_preset(olist.PRESET)
    register_preset(generic_preset(FEEDBACK))
