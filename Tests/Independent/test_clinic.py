#!/usr/bin/python3
"""The independent card, SAM and clinic among themselves, in one process."""

import pathlib
import unittest

import card
import clinic
import crypto
import layout
import personalize
import reader
import sam
from sam_terminal import InProcess, NotPermitted, SamModule, SamTerminal
from terminal import Terminal, Unexpected

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "Samples" / "sample-batch"
SERIAL = bytes.fromhex("0102030405060708")


def made():
    """An activated card of a sample applicant."""
    batch, row = personalize.load(SAMPLE, "99646919970325667X")
    blank = card.Card(SERIAL)
    terminal = Terminal(InProcess(blank))
    terminal.city = batch["cityCode"]
    personalize.Maker(terminal, personalize.image(batch, SAMPLE, row, SERIAL)).run()
    blank.reset()
    blank.violations.clear()
    return blank


def at_work(chip, module_card, **options):
    module = SamModule(InProcess(module_card), **options)
    module.verify("123456")
    return clinic.Clinic(SamTerminal(InProcess(chip), module))


class ClinicAgainstIndependentCard(unittest.TestCase):
    def test_reading_is_what_keys_in_hand_read(self):
        chip = made()
        terminal = Terminal(InProcess(chip))
        mine = reader.read(reader.MultiReader(terminal), terminal)
        for kind in (1, 2, 3, 5):
            chip.reset()
            self.assertEqual(at_work(chip, sam.Sam(kind)).read(), mine)
        self.assertEqual(reader.check(mine, SERIAL), [])

    def test_sam_that_pieces_or_collects_or_keeps_keys_elsewhere(self):
        levels = {"RK1_DDF1": 1, "RK1_DF02": 1, "STK_DDF1": 2, "UK1_DDF1": 2}
        for collects in (False, True):
            chip, module_card = made(), sam.Sam(5, levels=levels, collects=collects)
            work = at_work(chip, module_card, chunk=32)
            work.set("phone1", "13900000000")
            work.append("allergies", "花生", "皮疹")
            document = work.read()
            self.assertEqual(document["validity"]["phone1"], "13900000000")
            self.assertEqual(document["allergies"][0], {"allergen": "花生", "allergyReaction": "皮疹"})
            self.assertEqual(module_card.violations, [])

    def test_every_item_is_written_and_read_back(self):
        chip = made()
        work = at_work(chip, sam.Sam(5))
        written = {}
        for directory in layout.DIRECTORIES:
            for file in directory.files:
                if file.kind == layout.VARIABLE and file.update != layout.NEVER:
                    for item in file.items:
                        text = "false" if item.form == "flag" else "3" if item.form in ("number", "code") else ""
                        text = text or {"date": "2031-02-03", "digits": "21"}.get(item.form, "改%d" % item.number)
                        text = "X" if item.length == 3 and item.coding == "ans" else text
                        work.set(item.name, text)
                        expected = False if text == "false" else text
                        written.setdefault(file.section, {})[item.name] = expected
        work.photo(b"\xff\xd8" + bytes(3068) + b"\xff\xd9")
        for i in range(11):
            work.append("immunizations", "疫苗%d" % i, "2026-01-%02d" % (i + 1))
        document = work.read()
        for section, values in written.items():
            self.assertEqual(document[section], values)
        self.assertEqual([v["vaccine"] for v in document["immunizations"]], ["疫苗%d" % i for i in range(10, 0, -1)])
        self.assertEqual(len(document["photo"]), 3072 // 3 * 4)

    def test_visits(self):
        chip = made()
        work = at_work(chip, sam.Sam(5))
        self.assertEqual([work.visit("inpatient") for _ in range(3)], [1, 2, 3])
        self.assertRaises(Unexpected, work.visit, "inpatient")
        work.reimburse("inpatient", 2)
        self.assertEqual([v["record"] for v in work.read()["inpatient"]], [1, 3])
        self.assertEqual(work.visit("inpatient"), 2)
        self.assertEqual(work.visit("outpatient"), 1)
        self.assertEqual([wrong for _, _, wrong in work.verify()], [[]] * 4)
        file = chip.mf.directories[0].directories[2].files[3]
        file.content[100] ^= 1
        self.assertEqual([wrong for _, _, wrong in work.verify()], [[], ["signature"], [], []])

    def test_blocking(self):
        chip = made()
        work = at_work(chip, sam.Sam(4))
        work.lock("DF02", bytes.fromhex("841e0000"))
        self.assertRaises(Unexpected, at_work(chip, sam.Sam(3)).read)
        work.lock("DF02", bytes.fromhex("84180000"))
        at_work(chip, sam.Sam(3)).read()
        work.lock("DF01", bytes.fromhex("841e0001"))
        self.assertRaises(Unexpected, work.lock, "DF01", bytes.fromhex("84180000"))
        work.block_card()
        self.assertTrue(chip.blocked)

    def test_wrong_types_change_nothing(self):
        allowed = {"phone1": {5}, "address1": {5}, "otherAlert": {2, 3, 5}, "psychiatric": {2, 5}}
        for kind in sam.TYPES:
            for name, kinds in allowed.items():
                chip = made()
                before = chip.contents()
                work = at_work(chip, sam.Sam(kind))
                text = "true" if name == "psychiatric" else "改"
                if kind in kinds:
                    work.set(name, text)
                else:
                    self.assertRaises(NotPermitted, work.set, name, text)
                    self.assertEqual(chip.contents(), before)

    def test_pin(self):
        module = SamModule(InProcess(sam.Sam(3)))
        for left in (2, 1, 0):
            self.assertRaisesRegex(Unexpected, "%d tries" % left, module.verify, "654321")
        self.assertRaisesRegex(Unexpected, "0 tries", module.verify, "123456")
        self.assertEqual(module.exchange(bytes.fromhex("00200000"))[1], 0x6983)

    def test_signature_is_over_the_digest_alone(self):
        module = SamModule(InProcess(sam.Sam(3)))
        self.assertRaises(Unexpected, module.sign, b"before the PIN")
        module.verify("123456")
        data = bytes(1639)
        signature, certificate = module.sign(data)
        self.assertEqual(crypto.check_sam_certificate(certificate), [])
        self.assertTrue(crypto.sm2_verify_digest(crypto.sm3(data), signature, certificate[62:126]))


if __name__ == "__main__":
    unittest.main()
