"""The card of Docs/card.md §1 and Docs/items.md as plain tables, and the codings of Docs/protocol.md §5 and §10."""

import collections

Item = collections.namedtuple("Item", "number name length coding form")
# form: text, digits, count, number, binary, date, time, flag, amount, hex.
File = collections.namedtuple("File", "fid kind size count read update erase protection section items")
Directory = collections.namedtuple("Directory", "name parent df_name keys files")

TRANSPARENT, FIXED, VARIABLE, CYCLIC = 0x01, 0x02, 0x05, 0x06
PLAIN, MAC, SEALED = 0, 1, 2


def parse(lines):
    """`number name length coding[:form]`; ans is text, cn digits, b hexadecimal unless a form says otherwise."""
    default = {"ans": "text", "cn": "digits", "b": "hex"}
    for line in lines.strip().splitlines():
        number, name, length, coding = line.split()
        coding, _, form = coding.partition(":")
        yield Item(int(number), name, int(length), coding, form or default[coding])


def members(first, count, lines):
    """A repeated group: [[items of member 0], …], numbered on from `first`."""
    names = [line.split() for line in lines.strip().splitlines()]
    numbered = ("%d %s %s %s" % (first + i, *names[i % len(names)]) for i in range(count * len(names)))
    flat = list(parse("\n".join(numbered)))
    return [flat[i : i + len(names)] for i in range(0, len(flat), len(names))]


ISSUER = list(parse("""
1 cardCategory 1 ans
2 specificationVersion 4 ans
3 issuerName 30 ans
4 issuerCode 11 cn
5 issuerCertificate 180 b
6 issueDate 4 cn:date
8 cardNumber 18 ans
9 securityCode 3 ans
10 issueSerial 10 ans
57 cityCode 3 cn
"""))
HOLDER = list(parse("""
11 name 30 ans
12 sex 1 b:number
13 nation 1 cn
14 birthDate 4 cn:date
15 idNumber 18 ans
"""))
VALIDITY = list(parse("""
7 validUntil 4 cn:date
16 phone1 20 ans
17 phone2 20 ans
18 payment1 1 cn:code
19 payment2 1 cn:code
20 payment3 1 cn:code
"""))
ADDRESS = list(parse("""
21 addressType1 1 cn:code
22 address1 100 ans
23 addressType2 1 cn:code
24 address2 100 ans
"""))
CONTACTS = [
    Item(25 + 3 * i + j, name + str(i + 1), length, coding, form)
    for i in range(3)
    for j, (name, length, coding, form) in enumerate(
        [("contactName", 30, "ans", "text"), ("contactRelation", 1, "cn", "code"), ("contactPhone", 20, "ans", "text")]
    )
]
OCCUPATION = list(parse("""
34 education 1 cn:code
35 maritalStatus 1 cn
36 occupation 3 ans
"""))
DOCUMENTS = list(parse("""
37 documentType 1 cn
38 documentNumber 18 ans
39 healthRecordNumber 17 ans
40 ncmsNumber 18 ans
"""))
CLINICAL = list(parse("""
41 bloodABO 1 b:number
42 bloodRh 1 cn:code
43 asthma 1 b:flag
44 heartDisease 1 b:flag
45 cardiocerebrovascular 1 b:flag
46 epilepsy 1 b:flag
47 coagulationDisorder 1 b:flag
48 diabetes 1 b:flag
49 glaucoma 1 b:flag
50 dialysis 1 b:flag
51 organTransplant 1 b:flag
52 organLoss 1 b:flag
53 prosthesis 1 b:flag
54 pacemaker 1 b:flag
55 otherAlert 40 ans
"""))
SPECIAL = list(parse("56 psychiatric 1 b:flag"))
ALLERGY = list(parse("58 allergen 20 ans\n59 allergyReaction 100 ans"))
IMMUNIZATION = list(parse("60 vaccine 20 ans\n61 vaccinationDate 4 cn:date"))

# Visits: plain items and (group name, members), in the order of their bytes.
INPATIENT = [
    *parse("""
64 hospitalName 70 ans
65 hospitalCode 10 ans
66 admissionDate 4 cn:date
67 admissionCount 2 cn:count
68 medicalRecordNumber 18 ans
69 admissionDepartment 50 ans
70 admissionCondition 1 cn:code
71 nosocomialInfection 50 ans
72 injuryCause 7 ans
"""),
    ("diagnoses", members(73, 3, """
serologyItem 1 cn:code
serologyResult 1 cn:code
name 50 ans
code 7 ans
confirmedDate 4 cn:date
conformityText 20 ans
conformityCode 1 cn:code
typeText 20 ans
typeCode 1 cn
outcome 1 cn:code
procedureName 80 ans
procedureCode 5 ans
procedureDate 4 cn:date
anesthesia 50 ans
anesthesiaCode 1 cn
incisionHealing 1 cn:code
""")),
    ("transfusions", members(121, 4, "product 1 cn:code\namount 2 cn:count\nunit 10 ans")),
    *parse("""
133 rescueCount 2 cn:count
134 rescueSuccessCount 2 cn:count
135 dischargeDate 4 cn:date
136 dischargeDepartment 50 ans
137 stayDays 3 cn:count
138 autopsy 1 b:flag
139 followUp 1 b:flag
140 payment 1 cn:code
"""),
    ("fees", members(141, 20, "category 20 ans\ncategoryCode 1 ans\namount 5 cn:amount")),
    *parse("""
201 feeTotal 5 cn:amount
202 feeBed 5 cn:amount
203 feeNursing 5 cn:amount
204 feeWesternMedicine 5 cn:amount
205 feeChineseMedicine 5 cn:amount
206 feeLaboratory 5 cn:amount
207 feeTreatment 5 cn:amount
208 feeSurgery 5 cn:amount
209 feeExamination 5 cn:amount
210 feeOther 5 cn:amount
211 signature 64 b
212 samCertificate 190 b
"""),
]
OUTPATIENT = [
    *parse("""
213 facilityName 70 ans
214 facilityCode 10 ans
215 visitTime 7 cn:time
216 outpatientNumber 18 ans
217 department 50 ans
218 payment 1 cn:code
"""),
    ("symptoms", members(219, 5, """
name 50 ans
code 5 ans
diagnosedDate 4 cn:date
diagnosisName 50 ans
diagnosisCode 7 ans
onsetTime 7 cn:time
durationMinutes 2 cn:count
""")),
    ("tests", members(254, 10, """
name 80 ans
resultCode 1 cn:code
quantity 5 cn:amount
unit 20 ans
code 20 ans
""")),
    ("drugs", members(304, 5, """
name 50 ans
form 1 cn
days 3 cn:count
frequency 20 ans
doseUnit 6 ans
dose 3 cn:amount
totalDose 6 cn:amount
route 2 cn
""")),
    ("surgeries", members(344, 3, "name 80 ans\ncode 5 ans\ndate 4 cn:date")),
    ("fees", members(353, 10, "category 20 ans\ncategoryCode 1 cn\namount 4 cn:amount")),
    *parse("383 signature 64 b\n384 samCertificate 190 b"),
]


def leaves(items):
    for entry in items:
        if isinstance(entry, Item):
            yield entry
        else:
            for member in entry[1]:
                yield from member


def length(items):
    return sum(item.length for item in leaves(items))


assert length(INPATIENT) == 1893 and length(OUTPATIENT) == 3267


def records(fid, read, update, section, items):
    return File(fid, VARIABLE, 0, len(items), read, update, 0xFF, SEALED, section, items)


RK, UK1, UK2, UK3 = 0x84, 0x85, 0x86, 0x87
FREE, NEVER = 0x00, 0xFF
DIRECTORIES = [
    Directory("MF", None, None, {"STK_MF": 0x02, "BK_MF": 0x03}, []),
    Directory("DDF1", "MF", b"WS.SYS.DDF01", {"IRK": 0x00, "STK_DDF1": 0x02, "RK1_DDF1": 0x04, "UK1_DDF1": 0x05}, [
        records(0xEF05, FREE, NEVER, "issuer", ISSUER),
        records(0xEF06, 0x04, NEVER, "holder", HOLDER),
        File(0xEF07, TRANSPARENT, 3074, 0, 0x04, 0x05, NEVER, PLAIN, "photo", None),
        records(0xEF08, 0x04, 0x05, "validity", VALIDITY),
    ]),
    Directory("DF01", "DDF1", bytes.fromhex("915600013200"),
              {"STK_DF01": 0x82, "LK_DF01": 0x83, "RK1_DF01": RK, "UK1_DF01": UK1}, [
        records(0xEF05, RK, UK1, "address", ADDRESS),
        records(0xEF06, RK, UK1, "contacts", CONTACTS),
        records(0xEF07, RK, UK1, "occupation", OCCUPATION),
        records(0xEF08, RK, UK1, "documents", DOCUMENTS),
    ]),
    Directory("DF02", "DDF1", bytes.fromhex("915600013201"),
              {"STK_DF02": 0x82, "LK_DF02": 0x83, "RK1_DF02": RK, "UK1_DF02": UK1, "UK2_DF02": UK2, "UK3_DF02": UK3}, [
        records(0xEF05, RK, UK1, "clinical", CLINICAL),
        records(0xEF06, RK, UK2, "special", SPECIAL),
        File(0xEF07, CYCLIC, 120, 3, RK, UK3, NEVER, SEALED, "allergies", ALLERGY),
        File(0xEF08, CYCLIC, 24, 10, RK, UK3, NEVER, SEALED, "immunizations", IMMUNIZATION),
    ]),
    Directory("DF03", "DDF1", bytes.fromhex("915600013202"),
              {"STK_DF03": 0x82, "LK_DF03": 0x83, "RK1_DF03": RK, "UK1_DF03": UK1, "UK2_DF03": UK2}, [
        File(0xEF05, FIXED, 1, 3, RK, UK1, UK2, MAC, None, None),
        File(0xEF06, FIXED, 1, 5, RK, UK1, UK2, MAC, None, None),
        *(File(0xEE01 + i, TRANSPARENT, 1893, 0, RK, UK1, NEVER, PLAIN, "inpatient", INPATIENT) for i in range(3)),
        *(File(0xED01 + i, TRANSPARENT, 3267, 0, RK, UK1, NEVER, PLAIN, "outpatient", OUTPATIENT) for i in range(5)),
    ]),
]  # fmt: skip


def short_identifier(fid):
    """EFxx → xx & 1F, EE0n → 10 + n, ED0n → 18 + n (hexadecimal)."""
    base = {0xEF: 0x00, 0xEE: 0x10, 0xED: 0x18}[fid >> 8]
    return base + (fid & 0x1F if fid >> 8 == 0xEF else fid & 0x07)


# --- values ----------------------------------------------------------------


def encode(text, item):
    """Text as Docs/items.md writes it (None or "" is empty) → exactly item.length bytes."""
    if item.coding == "ans":
        data = (text or "").encode("gbk").ljust(item.length, b"\x00")
    elif item.coding == "cn":
        digits = "".join(c for c in text or "" if c.isdigit())
        data = bytes.fromhex(digits.ljust(2 * item.length, "F"))
    elif item.form == "number":
        data = bytes([int(text or 0)])
    elif item.form == "flag":
        data = bytes([text == "true"])
    else:
        data = bytes.fromhex(text or "").ljust(item.length, b"\x00")
    if len(data) != item.length:
        raise ValueError("%s is longer than %d bytes" % (item.name, item.length))
    return data


def decode(data, item):
    """The JSON value, or None when the item is empty."""
    if item.coding == "ans":
        return data.rstrip(b"\x00").decode("gbk") or None
    if item.coding == "cn":
        digits = data.hex().upper().split("F")[0]
        if not digits:
            return None
        if item.form == "date":
            return None if int(digits) == 0 else "%s-%s-%s" % (digits[:4], digits[4:6], digits[6:])
        if item.form == "time":
            if int(digits) == 0:
                return None
            return "%s-%s-%sT%s:%s:%s" % (digits[:4], *(digits[i : i + 2] for i in range(4, 14, 2)))
        if item.form == "amount":
            digits = digits.rjust(3, "0")
            return (digits[:-2].lstrip("0") or "0") + "." + digits[-2:]
        if item.form == "count":
            return int(digits)
        if item.form == "code" and len(digits) == 2 and digits[0] == "0":
            return digits[1]
        return digits
    if item.form == "flag":
        return data[0] != 0
    if item.form == "number":
        return str(data[0]) if data[0] else None
    return data.hex() if any(data) else None


def read_object(data, items):
    """Bytes of a whole visit or record → JSON object; empty items and trailing empty members are left out."""
    result, position = {}, 0

    def take(item):
        nonlocal position
        position += item.length
        return decode(data[position - item.length : position], item)

    for entry in items:
        if isinstance(entry, Item):
            value = take(entry)
            if value is not None:
                result[entry.name] = value
        else:
            group = []
            for member in entry[1]:
                values = ((item.name, take(item)) for item in member)
                group.append({name: value for name, value in values if value is not None})
            while group and not group[-1]:
                group.pop()
            if group:
                result[entry[0]] = group
    return result
