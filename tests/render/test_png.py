"""PNG: what is written is what a reader of PNG finds."""

import numpy as np
import pytest
from rasterio.io import MemoryFile

from gridkit.render.png import png


def read(data):
    with MemoryFile(data) as file, file.open() as image:
        return image.read(1), image.count, (image.colormap(1) if image.colorinterp[0].name == "palette" else {})


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("wide", [1, 6, 7])
def test_greys_are_read_back(wide):
    pixels = np.arange(3 * wide, dtype=np.uint8).reshape(3, wide) * 7
    found, bands, _ = read(png(pixels))
    assert bands == 1
    assert (found == pixels).all()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("wide", [1, 6, 7])
def test_places_in_the_palette_are_read_back_with_their_colours(wide):
    pixels = np.arange(3 * wide, dtype=np.uint8).reshape(3, wide) % 3
    found, _, colours = read(png(pixels, ("#ffffff", "#0a0b0c", "#ff0000")))
    assert (found == pixels).all()
    assert [colours[i][:3] for i in range(3)] == [(255, 255, 255), (10, 11, 12), (255, 0, 0)]
