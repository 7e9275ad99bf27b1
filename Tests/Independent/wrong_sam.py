#!/usr/bin/python3
"""sam.py with one misreading of the page, for the test that differential_sam.py finds such things: it gives the
right-hand end of a MAC's last block."""

import sam


class WrongSam(sam.Sam):
    def _mac(self, key, data, first, last):
        answer = super()._mac(key, data, first, last)
        return answer and self.last_block[-4:]

    @property
    def sequence(self):
        return self._sequence

    @sequence.setter
    def sequence(self, value):
        self._sequence = value
        if value and value[0] == "mac":
            self.last_block = value[1]


if __name__ == "__main__":
    sam.Sam = WrongSam
    sam.main()
