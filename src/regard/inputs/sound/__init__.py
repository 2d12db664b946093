"""Sound into log-mel frames: files or waves of any rate and number of channels."""

from regard.inputs.sound.input import SoundInput
from regard.inputs.sound.options import SoundOptions
from regard.inputs.sound.waves import Wave, read_wave

__all__ = ["SoundInput", "SoundOptions", "Wave", "read_wave"]
