#!/usr/bin/python3
"""Reads codes out of pictures by zbar, also out of pictures such as a camera makes.

    electronic_pictures.py FILE.png …     one JSON object a line: {"file", "plain", "photograph": {name: text}}

Needs Debian's python3-zbar and python3-pil.
"""

import io
import json
import sys

import zbar
from PIL import Image, ImageFilter


def read(image):
    """The texts of all codes in a picture."""
    grey = image.convert("L")
    scanner = zbar.ImageScanner()
    scanner.parse_config("enable")
    picture = zbar.Image(grey.width, grey.height, "Y800", grey.tobytes())
    scanner.scan(picture)
    return [symbol.data for symbol in picture]


def on_a_table(image):
    """With a margin in the grey of a table."""
    table = Image.new("L", (image.width + 160, image.height + 160), 150)
    table.paste(image.convert("L"), (80, 80))
    return table


def jpeg(image, quality):
    buffer = io.BytesIO()
    image.convert("L").save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue()))


def photographs(image):
    table = on_a_table(image)
    yield "jpeg", jpeg(table, 30)
    yield "blurred", table.filter(ImageFilter.GaussianBlur(1.5))
    for degrees in (7, 90, 180, 33):
        yield "rotated by %d" % degrees, table.rotate(degrees, expand=True, fillcolor=150, resample=Image.BICUBIC)
    pale = table.point(lambda value: 70 + value * 0.5)
    turned = pale.rotate(-11, expand=True, fillcolor=145, resample=Image.BICUBIC)
    yield "pale, rotated, blurred, jpeg", jpeg(turned.filter(ImageFilter.GaussianBlur(1)), 40)


def main(files):
    for name in files:
        image = Image.open(name)
        found = {"file": name, "plain": read(image), "photograph": {}}
        for shape, photograph in photographs(image):
            found["photograph"][shape] = read(photograph)
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
