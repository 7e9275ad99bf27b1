#!/usr/bin/python3
"""A platform of electronic health cards, written from Docs/electronic-card.md §8 alone.

    electronic_platform.py DIALECT FOLDER [--fault NAME]

DIALECT is national or tencent. FOLDER gets a certificate authority (ca.pem), a server certificate for localhost made by the
openssl command, the credential file of the one application it knows (credentials), and `port` once it listens. It knows the
people of TestVectors/electronic-card.json that were registered, and the first of them from the beginning. Requests whose
signature is wrong, whose time is off, or that came before are refused.

Faults, of every answer: signature, changed, clock, replay, cut, slow, long, text, http, values, other, token.
"""

import argparse
import base64
import hashlib
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading
import time

import electronic_card as ecard
from crypto import decrypt, encrypt, sm3

SECRET = b"a secret of tests only"
CONTENT_KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
TOLERANCE = 300
OK, SIGNATURE, CLOCK, REPLAY, TOKEN, NOT_FOUND, INVALID, EXPIRED = range(8)
CODES = {
    "national": ("0", "1001", "1002", "1003", None, "2001", "2002", "2003"),
    "tencent": ("0", "-10001", "-10002", "-10003", "-10004", "-20001", "-20002", "-20003"),
}


def signed_text(fields):
    return "&".join("%s=%s" % (name, fields[name]) for name in sorted(fields) if fields[name] != "").encode()


def pad(data):
    count = 16 - len(data) % 16
    return data + bytes([count]) * count


def unpad(data):
    return data[: -data[-1]]


class Refusal(Exception):
    def __init__(self, reason):
        self.reason = reason


class Platform:
    def __init__(self, dialect, fault):
        self.dialect, self.fault = dialect, fault
        self.lock = threading.Lock()
        self.seen = set()
        self.tokens = {}
        self.first_answer = None
        self.cards = {}
        self.closed = set()
        self.bound = {}
        self.count = 0
        vectors = json.loads(ecard.VECTORS.read_text("utf-8"))
        first = vectors["people"][0]
        self.register(first["type"], first["number"], first["name"])

    # --- what it knows -----------------------------------------------------

    def register(self, kind, number, name):
        index = ecard.main_index(kind, number, name).hex().upper()
        self.cards[(kind, number)] = {
            "name": name,
            "index": index,
            "id": ecard.card_id(ecard.ROOT, kind, number, name).hex().upper(),
        }
        self.closed.discard((kind, number))
        return (kind, number)

    def find(self, fields, kind, number, ident):
        if fields.get(number):
            key = (fields.get(kind, "01"), fields[number])
            if key in self.cards:
                return key
        for key, card in self.cards.items():
            if fields.get(ident) and card["id"] == fields[ident]:
                return key
        raise Refusal(NOT_FOUND)

    def by_code(self, text):
        found = ecard.recognize((text or "").encode())
        if found["kind"] not in ("static", "dynamic"):
            raise Refusal(INVALID)
        if found["kind"] == "dynamic":
            until = ecard.valid_until(ecard.PROTECTION, bytes.fromhex(found["validity"]))
            if until is None:
                raise Refusal(INVALID)
            if until < time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + 8 * 3600)):
                raise Refusal(EXPIRED)
        return self.find({"id": found["id"]}, "", "", "id")

    def dynamic(self, key):
        until = time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + 8 * 3600 + 60))
        return self.cards[key]["id"] + ":0:" + ecard.validity(ecard.PROTECTION, until).hex().upper()

    def about(self, key, names):
        card = self.cards[key]
        values = {"1": "2", "status": "3" if key in self.closed else "1"}
        answer = {
            names["id"]: card["id"],
            names["index"]: card["index"],
            "healthCardAttr": values["1"],
            "status": values["status"],
            "link": "1",
            "cards": [{"cardType": "1", "cardNo": key[1]}],
            "relations": [{"relation": "2" if key in self.bound else "1"}],
            "remark": None,
        }
        if self.fault == "values":
            answer.update({"status": "77", "healthCardAttr": 1, "link": "0", "relations": [{"relation": "5"}, {"relation": "x"}]})
        if self.fault == "other":
            answer[names["index"]] = "00" * 32
        return answer

    # --- the national style ------------------------------------------------

    def national(self, path, request):
        fields = {name: str(value) for name, value in request.items()}
        digest = fields.pop("digest", "")
        if sm3(signed_text(fields) + SECRET).hex().upper() != digest:
            raise Refusal(SIGNATURE)
        self.check_time(int(fields["timestamp"]) / 1000, digest)
        content = json.loads(unpad(decrypt(CONTENT_KEY, bytes.fromhex(fields["biz_content"]))))
        names = {"id": "ehealth_card_id", "index": "mindex_id"}
        method = fields["method"]
        if method == "ehc.ehealthcard.register":
            key = self.register(content["id_type"], content["id_no"], content["name"])
            if content.get("guardian_id_no"):
                self.bound[key] = content["guardian_id_no"]
            return self.about(key, names)
        if method == "ehc.ehealthcode.verify":
            return self.about(self.by_code(content.get("ehealth_code")), names)
        key = self.find(content, "id_type", "id_no", "ehealth_card_id")
        if method == "ehc.ehealthcard.close":
            self.closed.add(key)
        elif method == "ehc.ehealthcode.generate":
            return {**self.about(key, names), "ehealth_code": self.dynamic(key)}
        elif method != "ehc.ehealthcard.query":
            raise Refusal(NOT_FOUND)
        return self.about(key, names)

    def national_answer(self, request, code, content):
        answer = {"code": code, "msg": "", "timestamp": str(int(self.now() * 1000))}
        if content is not None:
            sealed = encrypt(CONTENT_KEY, pad(json.dumps(content, ensure_ascii=False).encode()))
            answer.update({"digest_type": "SM3", "enc_type": "SM4", "biz_content": sealed.hex().upper()})
        answer["digest"] = sm3(signed_text(answer) + self.secret()).hex().upper()
        if self.fault == "changed":
            answer["msg"] = "changed"
        return answer

    # --- the Tencent style -------------------------------------------------

    def tencent(self, path, request):
        common = {name: str(value) for name, value in request["commonIn"].items()}
        content = {name: str(value) for name, value in request["req"].items()}
        sign = common.pop("sign", "")
        expected = hashlib.sha256(signed_text({**content, **common}) + SECRET).digest()
        if base64.b64encode(expected).decode() != sign:
            raise Refusal(SIGNATURE)
        self.check_time(int(common["timestamp"]), common["requestId"])
        call = path.rsplit("/", 1)[-1]
        if call == "getAppToken":
            token = "token-%d" % len(self.tokens)
            self.tokens[token] = time.time()
            return {"appToken": token, "expiresIn": 7200}
        if common.get("appToken") not in self.tokens or (self.fault == "token" and len(self.tokens) < 2):
            raise Refusal(TOKEN)
        names = {"id": "healthCardId", "index": "phid"}
        if call == "registerHealthCard":
            key = self.register(content["idType"], content["idNumber"], content["name"])
            if content.get("guardianIdNumber"):
                self.bound[key] = content["guardianIdNumber"]
            return self.about(key, names)
        if call in ("verifyQRCode", "getHealthCardByQRCode", "bindCardRelation"):
            return self.about(self.by_code(content.get("qrCodeText")), names)
        key = self.find(content, "idType", "idNumber", "healthCardId")
        if call == "getDynamicQRCode":
            return {**self.about(key, names), "qrCodeText": self.dynamic(key)}
        if call != "getHealthCardByHealthCode":
            raise Refusal(NOT_FOUND)
        return self.about(key, names)

    def tencent_answer(self, request, code, content):
        content = content or {}
        request_id = request.get("commonIn", {}).get("requestId", "")
        head = {"requestId": request_id, "resultCode": code, "errMsg": "", "timestamp": str(int(self.now()))}
        texts = {name: str(value) for name, value in content.items() if isinstance(value, (str, int))}
        digest = hashlib.sha256(signed_text({**texts, **head}) + self.secret()).digest()
        head["sign"] = base64.b64encode(digest).decode()
        if self.fault == "changed":
            head["errMsg"] = "changed"
        return {"commonOut": head, "rsp": content}

    # --- both --------------------------------------------------------------

    def check_time(self, seconds, once):
        if abs(seconds - time.time()) > TOLERANCE:
            raise Refusal(CLOCK)
        if once in self.seen:
            raise Refusal(REPLAY)
        self.seen.add(once)

    def now(self):
        return time.time() + (3600 if self.fault == "clock" else 0)

    def secret(self):
        return b"another secret" if self.fault == "signature" else SECRET

    def answer(self, path, body):
        with self.lock:
            self.count += 1
            try:
                request = json.loads(body)
            except ValueError:
                return None
            codes = CODES[self.dialect]
            try:
                code, content = codes[OK], getattr(self, self.dialect)(path, request)
            except Refusal as refusal:
                code, content = codes[refusal.reason], None
            answer = json.dumps(
                getattr(self, self.dialect + "_answer")(request, code, content), ensure_ascii=False
            ).encode()
            is_token = path.endswith("getAppToken")
            if self.fault == "replay" and not is_token:
                self.first_answer = self.first_answer or answer
                return self.first_answer
            return answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.platform.fault
        answer = self.server.platform.answer(self.path, body)
        status = 200 if answer is not None else 400
        answer = answer or b""
        length = len(answer)
        if fault == "slow":
            time.sleep(20)
        elif fault == "cut":
            answer, length = answer[: len(answer) // 2], length
        elif fault == "long":
            answer = b'{"x":"' + b"x" * (2 << 20) + b'"}'
            length = len(answer)
        elif fault == "text":
            answer = "请登录".encode()
            length = len(answer)
        elif fault == "http":
            status = 500
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()
        if fault == "cut":
            self.close_connection = True

    def log_message(self, *arguments):
        """Nobody's data gets into a log."""


def certificates(folder):
    def openssl(*arguments):
        subprocess.run(("openssl",) + arguments, cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl(*"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN=tests".split())
    openssl(*"req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost".split())
    openssl(
        *"x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem".split()
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dialect", choices=sorted(CODES))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fault", default="")
    arguments = parser.parse_args()
    folder = arguments.folder
    certificates(folder)
    credentials = folder / "credentials"
    credentials.touch(0o600)
    credentials.write_text(
        "# of tests only\nappId = tests\nappSecret = %s\ncontentKey = %s\nterminalId = T1\nhospitalId = H1\nchannel = 2\n"
        % (SECRET.decode(), CONTENT_KEY.hex())
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.platform = Platform(arguments.dialect, arguments.fault)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    # The handshake in the thread of the connection: a client that stops in its middle holds up nobody.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    (folder / "port.new").write_text(str(server.server_address[1]))
    (folder / "port.new").rename(folder / "port")
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
