"""Files that are right: those of Fuzz/Corpus, the repository's samples, and what the program itself makes."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "Fuzz" / "Corpus"
PRODUCT = ["--maker", "示范制卡厂", "--product", "COS-X", "--product-version", "2.1"]

# Target of Fuzz/run → what the program made that it reads.
TARGETS = {
    "evidence": ["small-evidence.json"], "campaign": ["campaign/campaign.json"],
    "environment": ["campaign/environment.json"], "campaign-cards": ["campaign/cards.json"],
    "report": ["small-report/report.json"], "key-store": ["factory.keys"], "custodian-file": ["custodians/*"],
    "authority-pem": ["authority.pem", "authority.pub.pem", "first.pem"], "release": ["product.release"],
    "revocation-list": ["revocations.txt"], "imported-certificate": ["issuer.bin"],
    "card-state": ["chips/made/*.json", "campaign/chips/made/*.json"], "chip-journal": ["chips/made/*.journal"],
    "ledger-file": ["ledger.sqlite"], "ledger-seal": ["ledger.sqlite.seal"], "station-key": ["station/station.key"],
    "station-memory": ["station/heads.json"], "stations": ["stations.txt"], "authority-enrolment": ["enrolment*.txt"],
    "two-person-act": ["act-*.txt"], "evidence-signature": ["campaign/evidence.json.s*", "small-evidence.json.s*"], "station-note": ["station/ledgers/*.note"],
}  # fmt: skip
FILES = {
    "batch-manifest": ["Samples/*/batch.json"], "photo": ["Samples/sample-batch/photos/99*0*.jpg"],
    "police-reply": ["Samples/*/XZY_HKXX*.XML"], "bank-reply": ["Samples/*/XZY_HKYH*.XML"],
    "profile": ["CardProfiles/resident-health-card.yaml"], "profile-overlay": ["CardProfiles/*+*.yaml"],
}  # fmt: skip


class Made:
    """A folder of files that were made, and the environment that made them."""

    def __init__(self, folder, environment, problems):
        self.folder, self.environment, self.problems = folder, environment, problems

    @classmethod
    def nothing(cls):
        return cls(pathlib.Path("/nonexistent"), {}, [])

    def texts(self, *patterns, longest=1 << 18):
        found = []
        for pattern in patterns:
            found += [path for path in sorted(self.folder.glob(pattern)) if path.is_file()]
        return [path.read_bytes() for path in found[:6] if path.stat().st_size <= longest]


def corpus(*names, limit=12):
    found = [path for name in names for path in sorted((CORPUS / name).glob("*")) if path.is_file()]
    return [path.read_bytes() for path in found[:limit]]


def samples(*patterns, longest=1 << 18):
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.read_bytes() for path in found[:6] if path.is_file() and path.stat().st_size <= longest]


def for_target(target, made):
    texts = corpus(target) + samples(*FILES.get(target, []))
    if made is not None:
        texts += made.texts(*TARGETS.get(target, []))
    return texts


def make(program, folder):
    """Whatever of it cannot be made is left out and said: a parser without a seed fails."""
    folder.mkdir(parents=True)
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("HEALTHCARD_", "XDG_", "LC_"))}
    environment = {
        **keep, "LANG": "C.UTF-8", "HOME": str(folder), "HEALTHCARD_STATION": str(folder / "station"),
        "SWIFT_BACKTRACE": "enable=no",
    }  # fmt: skip
    made = Made(folder, environment, [])

    def step(*words, codes=(0,)):
        done = subprocess.run(
            [program, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode not in codes:
            text = done.stderr.decode(errors="replace").strip().splitlines()
            made.problems.append("%s: exit %d: %s" % (" ".join(words[:3]), done.returncode, text[-1] if text else ""))

    def secret(name, text):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)

    for name in ("authority", "first", "second", "one", "two"):
        secret(name + ".pass", "violet %s anchors 7 lanterns drift\n" % name)
    both = ["--credential", "one.pass", "--credential", "two.pass"]
    signing = ["--key", "authority.pem", "--credential", "authority.pass", "--authority-name", "A"]
    step("testcards", "new", "campaign", *PRODUCT, "--chip", "C", "--cards", "4", "--id", "TC-M", "--station-name", "s", "--tester", "t")
    step("testcards", "make", "campaign", "--lanes", "virtual:2", "--operator", "o", "--quiet")
    step("testcards", "run", "campaign", "--lanes", "virtual", "--quiet", codes=(0, 7))
    step("testcards", "run", "--lanes", "virtual:1", "--quiet", "--only", "cyclic", "--out", "small-evidence.json", codes=(0, 7))
    step("testcards", "report", "campaign", codes=(0, 6, 7))
    step("testcards", "report", "small-evidence.json", "--out", "small-report", codes=(0, 6, 7))
    for name in ("authority", "first", "second"):
        step("release", "authority", "new", "--key", name + ".pem", "--public-key", name + ".pub.pem", "--credential", name + ".pass")
    step("release", "authority", "enrol", "--name", "A", "--authority", "authority.pub.pem", "--person", "Zhang=first.pub.pem", "--person",
         "Li=second.pub.pem", "--out", "enrolment.txt")
    _copy(folder, "enrolment.txt", "enrolment-unsigned.txt")
    for name, who in (("first", "Zhang"), ("second", "Li")):
        step("sign", "enrolment.txt", "--key", name + ".pem", "--credential", name + ".pass", "--name", who, "--yes")
    for number in (1, 2):
        secret("chips-%d.txt" % number, "TK %s\n" % os.urandom(16).hex().upper())
    _certificate(folder)
    step("keys", "create", "factory.keys", "--generate", "--into", "custodians", "--custodian", "one", "--custodian", "two",
         "--threshold", "2", *both)
    step("keys", "import", "factory.keys", "--chip-batch", "CHIPS", "--components", "chips-1.txt", "--components", "chips-2.txt", *both)
    step("keys", "import", "factory.keys", "--certificate", "issuer.bin", *both)
    step("keys", "authority", "factory.keys", "enrolment.txt", "--yes", *both)
    station = subprocess.run([program, "testcards", "station"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    (folder / "stations.txt").write_text("# who tests\n" + station.stdout)
    step("release", "grant", "--report", "campaign/report/report.json", *signing, "--valid-until", "2027-06-30", "--accept-not-run",
         "power-cut", "--evidence-stations", "stations.txt", "--out", "product.release")
    step("release", "revoke", "product.release", *signing, "--reason", "r", "--out", "revocations.txt")
    step("personalize", "--batch", "campaign/batch", "--lanes", "virtual:1", "--virtual-chips", "chips", "--ledger", "ledger.sqlite", "--out",
         "lists", "--quiet")
    chip = next(iter(sorted(folder.glob("chips/made/*.json"))), None)
    if chip:
        step("ledger", "void", chip.stem[:16], "--reason", "lost", "--yes", "--ledger", "ledger.sqlite")
        step("ledger", "destroy", chip.stem[:16], "--reason", "shredded", "--out", "act-destroy.txt", "--ledger", "ledger.sqlite")
    step("ledger", "adopt", "--reason", "a new station", "--out", "act-adopt.txt", "--yes", "--ledger", "ledger.sqlite", codes=(0, 2, 6, 8))
    for name in ("product.release", "revocations.txt"):
        if not (folder / name).exists():
            spare = corpus("release" if name[0] == "p" else "revocation-list")
            (folder / name).write_bytes(spare[0])
    for problem in made.problems:
        print("Fuzz/mutate: a seed was not made: %s" % problem, file=sys.stderr)
    return made


def _copy(folder, source, target):
    if (folder / source).exists():
        (folder / target).write_bytes((folder / source).read_bytes())


def _certificate(folder):
    sys.path.insert(0, str(ROOT / "Tests" / "Independent"))
    try:
        import json

        import crypto

        batch = json.loads((ROOT / "Samples" / "formal-batch" / "batch.json").read_text("utf-8"))
        data = crypto.issuer_certificate(batch["issuerCode"], batch["issueDate"], batch["validUntil"])
    except ImportError:
        data = corpus("imported-certificate")[0]
    (folder / "issuer.bin").write_bytes(data)
