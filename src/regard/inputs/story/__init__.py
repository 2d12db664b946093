"""Stories with a question, whose vectors are sentences."""

from regard.inputs.story.story import StoryInput, StoryOptions

__all__ = ["StoryInput", "StoryOptions"]
