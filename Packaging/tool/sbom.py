"""The list of components as SPDX 2.3 in JSON."""

import datetime
import hashlib
import json

from context import NAME


def document(context, name, parts, files=()):
    """Of one delivery: our software, and the parts in it. `files`: path and SHA-256 of each file, where it has files."""
    created = datetime.datetime.fromtimestamp(context.epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    own = {
        "SPDXID": "SPDXRef-software", "name": NAME, "versionInfo": context.version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
    }  # fmt: skip
    packages, relations = [own], [_relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-software")]
    for part in sorted(set(parts)):
        purl = {
            "swift": f"pkg:swift/{part.origin.removeprefix('https://').removesuffix('.git')}@{part.version}",
            "debian": f"pkg:deb/debian/{part.name}@{part.version}?arch={context.debian_architecture}",
            "toolchain": f"pkg:swift/github.com/swiftlang/swift@{part.version}",
        }[part.kind]
        packages.append({
            "SPDXID": part.identifier, "name": part.name, "versionInfo": part.version,
            "downloadLocation": part.origin if part.origin.startswith("https://") else "NOASSERTION",
            "sourceInfo": part.origin, "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
            "licenseDeclared": part.licence, "copyrightText": "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}],
        })  # fmt: skip
        relations.append(_relation("SPDXRef-software", "CONTAINS" if part.kind == "debian" else "STATIC_LINK", part.identifier))
    body = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
        "creationInfo": {"created": created, "creators": ["Tool: Scripts/package"]},
        "packages": packages, "relationships": relations,
    }  # fmt: skip
    if files:
        body["files"] = [
            {
                "SPDXID": f"SPDXRef-file-{index}", "fileName": f"./{path}", "licenseConcluded": "NOASSERTION",
                "copyrightText": "NOASSERTION", "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
            } for index, (path, digest) in enumerate(sorted(files))]  # fmt: skip
        relations += [_relation("SPDXRef-software", "CONTAINS", entry["SPDXID"]) for entry in body["files"]]
    # The same content has the same name, and no other has.
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    body["documentNamespace"] = f"https://resident-health-card.invalid/spdx/{name}/{digest}"
    return json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
