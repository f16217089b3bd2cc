"""The days launches ask for: proposed, judged by what speaks against them, approved."""
