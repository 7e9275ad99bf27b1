"""The formulas of Docs/protocol.md §2, §3, §7 and §8, written from that page alone.

Needs Debian's python3-cryptography (SM4) and an OpenSSL with SM3 behind hashlib.
"""

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FORMAL, TEST = 0x01, 0xF1

# --- SM3 and SM4 -----------------------------------------------------------


def sm3(data):
    return hashlib.new("sm3", bytes(data)).digest()


def encrypt(key, data):
    """E(key, data): ECB over whole blocks."""
    context = Cipher(algorithms.SM4(bytes(key)), modes.ECB()).encryptor()
    return context.update(bytes(data)) + context.finalize()


def decrypt(key, data):
    context = Cipher(algorithms.SM4(bytes(key)), modes.ECB()).decryptor()
    return context.update(bytes(data)) + context.finalize()


def cbc_mac(key, data):
    """The whole last block of CBC under IV 0; data is already padded."""
    context = Cipher(algorithms.SM4(bytes(key)), modes.CBC(bytes(16))).encryptor()
    return (context.update(bytes(data)) + context.finalize())[-16:]


def pad(data):
    """80 00… to whole blocks, always at least one byte."""
    data = bytes(data) + b"\x80"
    return data + bytes(-len(data) % 16)


# --- keys (§2) -------------------------------------------------------------

NATIONAL_KEYS = (
    "TK IRK STK_MF BK_MF STK_DDF1 STK_DF01 STK_DF02 STK_DF03 LK_DF01 LK_DF02 LK_DF03 UK1_DDF1 UK1_DF01 "
    "UK1_DF02 UK2_DF02 UK3_DF02 UK1_DF03 UK2_DF03 RK1_DDF1 RK1_DF01 RK1_DF02 RK1_DF03 CVK"
).split()


def test_key(name):
    return sm3(b"resident-health-card test key:" + name.encode("ascii"))[:16]


def diversify(key, factor):
    """D(key, factor)."""
    return encrypt(key, bytes(factor) + bytes(x ^ 0xFF for x in factor))


def province_factor(city_code):
    return city_code[:2].encode("ascii") + b"000000"


def card_key(name, serial, city_code):
    """The key `name` of one card under the published test keys."""
    if name == "TK":
        return diversify(test_key(name), serial)
    return diversify(diversify(test_key(name), province_factor(city_code)), serial)


# --- authentication and secure messaging (§3) ------------------------------


def cryptogram(key, seed, original):
    c = encrypt(diversify(key, seed), bytes(original) + bytes(8))
    return bytes(a ^ b for a, b in zip(c[:8], c[8:]))


def seal(session_key, data):
    """E(SK, L ‖ data ‖ 80 00…): padded only when not aligned."""
    block = bytes([len(data)]) + bytes(data)
    return encrypt(session_key, pad(block) if len(block) % 16 else block)


def unseal(session_key, ciphertext):
    """The data, or None when L or the padding is wrong."""
    block = decrypt(session_key, ciphertext)
    end = 1 + block[0]
    filler = b"" if end % 16 == 0 else b"\x80" + bytes(-(end + 1) % 16)
    return block[1:end] if block[end:] == filler and end <= len(block) else None


def mac(session_key, header, body):
    """Four bytes over CLA INS P1 P2 Lc ‖ body; Lc counts the MAC."""
    length = len(body) + 4
    lc = bytes([length]) if length <= 255 else b"\x00" + length.to_bytes(2, "big")
    return cbc_mac(session_key, pad(bytes(header) + lc + bytes(body)))[:4]


# --- SM2 (GB/T 32918), recommended curve -----------------------------------

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def _add(p, q):
    if p is None:
        return q
    if q is None:
        return p
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = (3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def _multiply(k, point):
    result = None
    while k:
        if k & 1:
            result = _add(result, point)
        point = _add(point, point)
        k >>= 1
    return result


def _bytes(number):
    return number.to_bytes(32, "big")


def test_private_key(name):
    """ROOT, ISSUER or SAM: a number modulo n−1, plus 1 (§7)."""
    return int.from_bytes(sm3(b"resident-health-card test key:" + name.encode()), "big") % (N - 1) + 1


def public_key(private):
    point = _multiply(private, G)
    return _bytes(point[0]) + _bytes(point[1])


def sm2_digest(message, public, user=b"1234567812345678"):
    z = sm3(
        (len(user) * 8).to_bytes(2, "big") + user + _bytes(A) + _bytes(B) + _bytes(G[0]) + _bytes(G[1]) + bytes(public)
    )
    return sm3(z + bytes(message))


def sm2_verify_digest(digest, signature, public):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    point = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    if not (0 < r < N and 0 < s < N) or len(signature) != 64:
        return False
    if (point[1] ** 2 - point[0] ** 3 - A * point[0] - B) % P:
        return False
    sum_point = _add(_multiply(s, G), _multiply((r + s) % N, point))
    return sum_point is not None and (int.from_bytes(digest, "big") + sum_point[0]) % N == r


def sm2_verify(message, signature, public):
    return sm2_verify_digest(sm2_digest(message, public), signature, public)


def sm2_sign_digest(digest, private):
    e = int.from_bytes(digest, "big")
    while True:
        k = secrets.randbelow(N - 1) + 1
        r = (e + _multiply(k, G)[0]) % N
        if r == 0 or r + k == N:
            continue
        s = pow(1 + private, -1, N) * (k - r * private) % N
        if s:
            return _bytes(r) + _bytes(s)


def sm2_sign(message, private):
    return sm2_sign_digest(sm2_digest(message, public_key(private)), private)


# --- certificates (§7) and security code (§8) ------------------------------


def issuer_certificate(issuer_code, issue_date, valid_until):
    """180 bytes, signed by the published test root."""
    code = bytes.fromhex(issuer_code.ljust(22, "F"))
    body = b"\xa0\x01" + code + code + bytes(8)
    body += bytes.fromhex(issue_date.replace("-", "")) + bytes.fromhex(valid_until.replace("-", ""))
    body += b"\x02" + bytes(11) + public_key(test_private_key("ISSUER"))
    return body + sm2_sign(body, test_private_key("ROOT"))


def sam_certificate(terminal, serial, issue_date="2026-01-01", valid_until="2045-12-31"):
    """190 bytes, signed by the published test root; `terminal` is the 6-byte terminal number of file 0016."""
    body = b"\xa0\x02" + bytes.fromhex("9156000132990000000001") + bytes.fromhex("9156000132990000000002") + serial
    body += bytes.fromhex(issue_date.replace("-", "")) + bytes.fromhex(valid_until.replace("-", ""))
    body += b"\x02" + bytes(11) + terminal + bytes(4) + public_key(test_private_key("SAM"))
    return body + sm2_sign(body, test_private_key("ROOT"))


def check_sam_certificate(certificate):
    """What is wrong with a SAM certificate; empty when nothing is."""
    if len(certificate) != 190:
        return ["SAM certificate is %d bytes, not 190" % len(certificate)]
    wrong = [] if certificate[:2] == b"\xa0\x02" else ["SAM certificate: format or kind"]
    if not sm2_verify(certificate[:126], certificate[126:], public_key(test_private_key("ROOT"))):
        wrong.append("SAM certificate: signature")
    return wrong


def check_certificate(certificate, issuer_code):
    """What is wrong with an issuer certificate; empty when nothing is."""
    if len(certificate) != 180:
        return ["issuer certificate is %d bytes, not 180" % len(certificate)]
    wrong = []
    code = bytes.fromhex(issuer_code.ljust(22, "F"))
    if certificate[:2] != b"\xa0\x01":
        wrong.append("issuer certificate: format or kind")
    if certificate[2:13] != code or certificate[13:24] != code:
        wrong.append("issuer certificate: ids are not the issuer code")
    if certificate[24:32] != bytes(8) or certificate[40] != 2 or certificate[41:52] != bytes(11):
        wrong.append("issuer certificate: serial, algorithm or reserved bytes")
    if certificate[52:116] != public_key(test_private_key("ISSUER")):
        wrong.append("issuer certificate: not the test issuer's public key")
    if not sm2_verify(certificate[:116], certificate[116:], public_key(test_private_key("ROOT"))):
        wrong.append("issuer certificate: signature")
    return wrong


def security_code(card_number, issue_date):
    """(last CBC-MAC block, three digits); issue_date is eight digits."""
    block = cbc_mac(test_key("CVK"), pad((card_number + issue_date).encode("ascii")))
    digits = [c for c in block.hex() if c.isdigit()] + [str(int(c, 16) - 10) for c in block.hex() if not c.isdigit()]
    return block, "".join(digits[:3])
