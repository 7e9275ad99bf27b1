"""Every file that a command of the program takes, and the command."""

import os
import pathlib
import shutil
import sys

import seeds

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLOSED = "9"  # Nothing listens there: a virtual card that is loaded finds no reader, and the program ends.


class Parser:
    """`words` with {f} for the damaged file, {d} for the folder about it, {made} for what the seeds were made with.

    `around`: what is copied into the folder once; `anew`: what is copied before each run. `cost`: one of so many inputs.
    """

    def __init__(self, name, texts, words, file="input", around=(), anew=(), cost=1, environment=None, codes=(), given=None,
                 installed=False):
        self.name, self.seeds, self.words, self.file = name, texts, words, file
        self.around, self.anew, self.cost = list(around), list(anew), cost
        self.environment, self.codes, self.given = environment or {}, set(codes), given
        # Keys are opened by the installed program alone.
        self.installed = installed
        self.made = None

    @property
    def slug(self):
        return self.name.replace(" ", "-").replace(".", "-")

    def furnish(self, place):
        (place / "d").mkdir()
        for source, name in self.around:
            self._copy(pathlib.Path(source), place / "d" / name)

    def _copy(self, source, target):
        if target.is_dir():
            shutil.rmtree(target)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)
            target.chmod(0o600)

    def prepare(self, place, data):
        """→ the words of this run, and what goes to standard input."""
        for source, name in self.anew:
            target = place / "d" / name
            if source is None:
                shutil.rmtree(target, ignore_errors=True)
                for spare in place.glob("d/" + name + "*"):
                    shutil.rmtree(spare, ignore_errors=True) if spare.is_dir() else spare.unlink()
            else:
                self._copy(pathlib.Path(source), target)
        path = place / "d" / self.file
        path.write_bytes(data)
        path.chmod(0o600)
        values = {"f": str(path), "d": str(place / "d"), "made": str(self.made.folder)}
        words = [word.format(**values) if word != "{program}" else word for word in self.words]
        # A line that was told to pause waits until it is told something else.
        return words, data + b"\nresume\nquit\n" if self.given else b""


def table(made):
    """With nothing made: the names alone."""
    at = made.folder
    run = "{program}"
    texts, corpus, samples = made.texts, seeds.corpus, seeds.samples
    batch = [(at / "campaign" / "batch" / name, name) for name in _names(at / "campaign" / "batch")]
    check = [run, "batch", "check", "{d}"]
    person = _person(at)
    plan = [run, "plan", "--batch", "{made}/campaign/batch", "--id", person]
    line = [run, "personalize", "--batch", "{made}/campaign/batch", "--lanes", "virtual:1", "--ledger", "{d}/l.sqlite", "--station",
            "{d}/station", "--out", "{d}/lists", "--quiet"]  # fmt: skip
    fresh_line = [(None, "l.sqlite"), (None, "lists"), (None, "station")]
    books = [(at / "ledger.sqlite", "l.sqlite"), (at / "ledger.sqlite.seal", "l.sqlite.seal"), (at / "station", "station")]
    verify = [run, "ledger", "verify", "--ledger", "{d}/l.sqlite", "--station", "{d}/station"]
    store = [(at / "factory.keys", "k")]
    opened = ["--credential", "{made}/one.pass", "--credential", "{made}/two.pass"]
    chips = texts("chips/made/*.json", "campaign/chips/made/*.json")
    campaign = [(at / "campaign", "campaign")]
    result = [
        Parser("overlay", samples("CardProfiles/*+*.yaml") + corpus("profile-overlay"), plan + ["--overlay", "{f}"], "o.yaml"),
        Parser("overlay of a batch check", corpus("profile-overlay"), [run, "batch", "check", "{made}/campaign/batch", "--overlay", "{f}"], "o.yaml"),
        Parser("profile", samples("CardProfiles/resident-health-card.yaml"),
               [run, "batch", "check", "{made}/campaign/batch", "--profile", "{f}"], "p.yaml"),
        Parser("applications.csv", texts("campaign/batch/applications.csv") + corpus("applications"), check, "applications.csv", batch),
        Parser("batch.json", samples("Samples/*/batch.json"), check, "batch.json", batch),
        Parser("police reply", samples("Samples/*/XZY_HKXX*.XML") + corpus("police-reply"), check, _named(at, "HKXX"), batch),
        Parser("bank reply", samples("Samples/*/XZY_HKYH*.XML") + corpus("bank-reply"), check, _named(at, "HKYH"), batch),
        Parser("exception reply", corpus("exception-reply"), check, "YCH_YCXX_9901000000012026100800007.XML", batch),
        Parser("photo", samples("Samples/sample-batch/photos/99*0*.jpg") + corpus("photo"), check, "photos/%s.jpg" % person, batch),
        Parser("set-aside list", [b"2\n3\n", ("%s\n# x\n4\n" % person).encode()], check + ["--set-aside-file", "{d}/aside"], "aside", batch),
        Parser("replacements", [b"row,reason\n2,lost\n3,broken\n"], line + ["--replacements", "{f}"], "r.csv", anew=fresh_line, cost=4),
        Parser("tested environment", texts("campaign/environment.json"), line + ["--tested-environment", "{f}"], "e.json",
               anew=fresh_line, cost=4),
        Parser("transport key file", [b"00112233445566778899AABBCCDDEEFF\n"], line + ["--virtual-transport-key", "{f}"], "tk",
               anew=fresh_line, cost=4),
        Parser("operator's words", [b"pause\nresume\nstop\n", b"p\nr\ns\n"], line + ["--json"], "words", anew=fresh_line, cost=4, given=True),
        Parser("feeder's answers", [b"HELLO 1\n1 OK\n2 OK\n3 EMPTY\n", b"HELLO 1\n1 JAM stuck\n2 JAM\n"],
               [run, "personalize", "--batch", "{made}/campaign/batch", "--lanes", "virtual:1", "--feeder", "cat {f}", "--ledger", "{d}/l.sqlite",
                "--station", "{d}/station", "--out", "{d}/lists", "--reader-wait", "1", "--return-wait", "1", "--quiet"],
               "feeder", anew=fresh_line, cost=4),
        Parser("release shown", texts("product.release") + corpus("release"), [run, "release", "show", "{f}"]),
        Parser("release verified", texts("product.release") + corpus("release"),
               [run, "release", "verify", "{f}", "--authority", "{made}/authority.pub.pem", *seeds.PRODUCT]),
        Parser("revocation list", texts("revocations.txt") + corpus("revocation-list"), [run, "release", "show", "{f}"]),
        Parser("revocation list listed", texts("revocations.txt") + corpus("revocation-list"),
               [run, "release", "list", "--revocations", "{f}"]),
        Parser("authority PEM", texts("*.pub.pem") + corpus("authority-pem"), [run, "release", "authority", "show", "{f}"]),
        Parser("authority PEM verifying", texts("*.pub.pem") + corpus("authority-pem"),
               [run, "release", "verify", "{made}/product.release", "--authority", "{f}", *seeds.PRODUCT]),
        Parser("encrypted key", texts("authority.pem"),
               [run, "release", "revoke", "{made}/product.release", "--key", "{f}", "--credential", "{made}/authority.pass", "--reason", "r",
                "--authority-name", "A", "--out", "{d}/out.txt"], anew=[(None, "out.txt")]),
        Parser("report of a release", texts("campaign/report/report.json", longest=1 << 22),
               [run, "release", "grant", "--report", "{d}/campaign/report", "--key", "{made}/authority.pem", "--credential",
                "{made}/authority.pass", "--authority-name", "A", "--valid-until", "2027-06-30", "--out", "{d}/out.release"],
               "campaign/report/report.json", campaign, [(None, "out.release")]),
        Parser("electronic card's key", [b"11223344556677888877665544332211\n"],
               [run, "ecard", "verify", "%s:0:%s" % ("AB" * 32, "CD" * 16), "--protection-key", "{f}"], codes=(5,)),
        Parser("card of a person", samples("TestVectors/traces/read.out"), [run, "ecard", "index", "--card", "{f}"]),
        Parser("clock memory", [b"healthcard clock memory: 2026-11-30T12:00:00\n"],
               [run, "ecard", "verify", "%s:0:%s" % ("AB" * 32, "CD" * 16), "--keys", "test", "--clock-memory", "{f}"], codes=(5,)),
        Parser("scanned text", corpus("scanned-text"), [run, "ecard", "recognize", "--watch", "--json"], given=True),
        Parser("platform's credentials", [b"appId = a\nappSecret = s\ncontentKey = 00112233445566778899AABBCCDDEEFF\n"],
               [run, "ecard", "query", "--platform", "https://localhost:9/", "--dialect", "national", "--credentials", "{f}", "--number",
                "99646919970325667X", "--name", "A"], codes=(3,), cost=4),
        Parser("platform's dialect", samples("Sources/ElectronicCard/Dialects/*.json"),
               [run, "ecard", "query", "--platform", "https://localhost:9/", "--dialect", "{f}", "--credentials", "{d}/c", "--number",
                "99646919970325667X", "--name", "A"], anew=[], codes=(3, 6), cost=4),
        Parser("trace shown", corpus("trace"), [run, "trace", "show", "{f}"]),
        Parser("trace replayed", corpus("trace"), [run, "trace", "replay", "{f}"]),
        Parser("card state", chips, [run, "virtual", "--state", "{f}", "--port", CLOSED, "--wait", "0", "-q"], "c.json",
               anew=[(None, "c.json.journal")], cost=2),
        Parser("card journal", texts("chips/made/*.journal"), [run, "virtual", "--state", "{d}/c.json", "--port", CLOSED, "--wait", "0", "-q"],
               "c.json.journal", anew=[(_first(at, "chips/made/*.json"), "c.json")], cost=2),
        Parser("SAM state", corpus("sam-state"), [run, "virtual", "--sam", "--state", "{f}", "--port", CLOSED, "--wait", "0", "-q"], "s.json",
               anew=[(None, "s.json.journal")], cost=2),
        Parser("key store listed", texts("factory.keys") + corpus("key-store"), [run, "keys", "list", "{f}"]),
        Parser("key store opened", texts("factory.keys") + corpus("key-store"), [run, "keys", "check", "{f}", *opened], cost=2, installed=True),
        Parser("credential", texts("one.pass"),
               [run, "keys", "check", "{made}/factory.keys", "--credential", "{f}", "--credential", "{made}/two.pass"], cost=2, installed=True),
        Parser("enrolment", texts("enrolment*.txt"), [run, "keys", "authority", "{d}/k", "{f}", "--yes", *opened], anew=store, cost=2, installed=True),
        Parser("enrolment shown", texts("enrolment*.txt"), [run, "release", "show", "{f}"]),
        Parser("enrolment followed", texts("enrolment*.txt"),
               [run, "release", "authority", "enrol", "--name", "B", "--authority", "{made}/authority.pub.pem", "--person",
                "Zhang={made}/first.pub.pem", "--person", "Li={made}/second.pub.pem", "--after", "{f}", "--out", "{d}/new"],
               anew=[(None, "new")]),
        Parser("enrolment signed", texts("enrolment-unsigned.txt", "enrolment.txt"),
               [run, "sign", "{f}", "--key", "{made}/first.pem", "--credential", "{made}/first.pass", "--name", "Zhang", "--yes"]),
        Parser("act signed", texts("act-*.txt"),
               [run, "sign", "{f}", "--key", "{made}/first.pem", "--credential", "{made}/first.pass", "--name", "Zhang", "--yes"]),
        Parser("act entered", texts("act-*.txt"),
               [run, "ledger", "enter", "{f}", "--yes", "--ledger", "{d}/l.sqlite", "--station", "{d}/station"], anew=books),
        Parser("stations list", texts("stations.txt"),
               [run, "release", "grant", "--report", "{made}/campaign/report", "--key", "{made}/authority.pem", "--credential",
                "{made}/authority.pass", "--authority-name", "A", "--valid-until", "2027-06-30", "--accept-not-run", "power-cut",
                "--evidence-stations", "{f}", "--out", "{d}/out.release"], anew=[(None, "out.release")], cost=4),
        Parser("evidence's signature", texts("campaign/evidence.json.s*"), [run, "testcards", "report", "{d}/campaign", "--check"],
               _named(at, "evidence.json.", "campaign"), campaign, cost=2),
        Parser("station's note", texts("station/ledgers/*.note"), verify, _named(at, ".note", "station/ledgers"), anew=books),
        Parser("custodian's file", texts("chips-*.txt") + corpus("custodian-file"),
               [run, "keys", "import", "{d}/k", "--chip-batch", "X", "--components", "{f}", "--components", "{made}/chips-2.txt", *opened],
               anew=store, cost=2, installed=True),
        Parser("custodians' keys", texts("custodians/*"),
               [run, "keys", "create", "{d}/new", "--components", "{f}", "--components", _other(at), *opened], anew=[(None, "new")], cost=2, installed=True),
        Parser("certificate brought", texts("issuer.bin") + corpus("imported-certificate"),
               [run, "keys", "import", "{d}/k", "--certificate", "{f}", "--yes", *opened], anew=store, cost=2, installed=True),
        Parser("evidence", texts("small-evidence.json") + corpus("evidence"),
               [run, "testcards", "report", "{f}", "--out", "{d}/report"], "e.json", anew=[(None, "report")], cost=4),
        Parser("campaign", texts("campaign/campaign.json") + corpus("campaign"),
               [run, "testcards", "run", "{d}/campaign", "--lanes", "virtual", "--only", "answerToReset.form", "--quiet"],
               "campaign/campaign.json", campaign, cost=2),
        Parser("campaign's cards", texts("campaign/cards.json"),
               [run, "testcards", "run", "{d}/campaign", "--lanes", "virtual", "--only", "answerToReset.form", "--quiet"],
               "campaign/cards.json", campaign, cost=2),
        Parser("ledger", texts("ledger.sqlite", longest=1 << 20), verify, "l.sqlite", anew=books),
        Parser("ledger's log", texts("ledger.sqlite", longest=1 << 20), verify, "l.sqlite-wal", anew=books + [(None, "l.sqlite-shm")]),
        Parser("ledger shown", texts("ledger.sqlite", longest=1 << 20),
               [run, "ledger", "export", "--ledger", "{d}/l.sqlite", "--station", "{d}/station"], "l.sqlite", anew=books),
        Parser("ledger continued", texts("ledger.sqlite", longest=1 << 20), line + ["--resume"], "l.sqlite", anew=[(None, "lists")] + books,
               cost=4),
        Parser("seal", texts("ledger.sqlite.seal"), verify, "l.sqlite.seal", anew=books),
        Parser("station's key", texts("station/station.key"), verify, "station/station.key", anew=books),
        Parser("station's memory", texts("station/heads.json"), verify, "station/heads.json", anew=books),
        Parser("C configuration", [b"reader = 0\nsam = 1\nprofile = resident-health-card\n", b"# x\n\nreader=Virtual\n"],
               [sys.executable, "-c", "import ctypes,os,sys; os.environ['HEALTHCARD_CONFIG']=sys.argv[1]; l=ctypes.CDLL(sys.argv[2]); l.iDOpenPort(); l.iDClosePort()",
                "{f}", _library()],
               "interface.conf", cost=2),
    ]  # fmt: skip
    for parser in result:
        parser.made = made
    return result


def _names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _person(at):
    """The first applicant who has a photo."""
    return next(iter(sorted(path.stem for path in at.glob("campaign/batch/photos/*"))), "99646919970325667X")


def _named(at, part, folder="campaign/batch"):
    """The file of a folder that has this in its name; with its folder, but for those of a batch."""
    name = next((name for name in _names(at / folder) if part in name), part)
    return name if folder == "campaign/batch" else "%s/%s" % (folder, name)


def _first(at, pattern):
    return next(iter(sorted(at.glob(pattern))), at / "nothing")


def _other(at):
    return str(next(iter(sorted(at.glob("custodians/*"), reverse=True)), at / "nothing"))


def _library():
    named = os.environ.get("HEALTHCARD_C_INTERFACE")
    built = [ROOT / ".build" / "c-interface", ROOT / ".build" / "release", ROOT / ".build" / "debug"]
    folders = [pathlib.Path(named)] if named else built
    return str(next((f / "libMHC_CardInterface.so" for f in folders if (f / "libMHC_CardInterface.so").exists()), folders[-1]))
