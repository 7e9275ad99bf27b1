#!/usr/bin/env python3
"""Reads a health card from Python: the C interface of hospital programs, by ctypes.

    read_card.py LIBRARY      LIBRARY: the path of libMHC_CardInterface.so
"""
import ctypes
import sys

OK = 0
SLOT_USER = 0x01


def text(buffer):
    """An item's text: GBK up to its 00."""
    return buffer.value.decode("gbk")


def main(path):
    library = ctypes.CDLL(path)
    library.OpenDevice.restype = ctypes.c_void_p
    handle = library.OpenDevice(0)
    if not handle:
        print("no reader, or the PC/SC service does not run")
        return 1
    device = ctypes.c_void_p(handle)
    try:
        answer = ctypes.create_string_buffer(41)
        code = library.PowerOn(device, SLOT_USER, answer)
        if code != OK:
            print(f"PowerOn: code {code}")
            return 1
        print("answer to reset:", answer.value.decode())
        name, sex, nation, birth, number = (ctypes.create_string_buffer(size) for size in (31, 2, 3, 9, 19))
        code = library.iR_DDF1EF06Info(device, name, sex, nation, birth, number)
        if code != OK:
            print(f"holder: code {code}")
            return 1
        print("born:", text(birth), "letters in the name:", len(text(name)))
    finally:
        library.CloseDevice(device)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
