import CardProfiles
import Foundation
import HealthCard
import Releases
import ShangMi
import Testing

/// The operator's folder; it goes with its test. Nothing of it changes, so tasks may share it.
class OperatorFolder: @unchecked Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "operator-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name))
        return file(name)
    }

    func made(_ box: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: file(box) + "/made")) ?? []
        return names.filter { $0.hasSuffix(".json") }.count
    }

    func copyOfFormalBatch(mode: String = "formal") throws -> String {
        let batch = file("batch")
        try FileManager.default.copyItem(
            atPath: Programs.root.appendingPathComponent("Samples/formal-batch").path, toPath: batch)
        let manifest = try String(contentsOfFile: batch + "/batch.json", encoding: .utf8)
        try manifest.replacing("\"formal\"", with: "\"\(mode)\"").write(
            toFile: batch + "/batch.json", atomically: true, encoding: .utf8)
        return batch
    }

    /// - Parameter bound: to one station and one ledger, for a number of cards.
    func release(
        _ name: String, id: String = "R-1", by key: SM2.PrivateKey, revocationNumber: Int64 = 0,
        bound: (limit: Int, stations: [ReleaseTerms.StationName], ledger: String)? = nil
    ) throws {
        let profile = try CardProfile.bundled()
        let now = ReleaseTime.now
        let today = try #require(now.day)
        let terms = try ReleaseTerms(
            id: id, maker: "示范制卡厂", product: "COS-X", productVersion: "2.1", dialect: profile.defaultDialect,
            profile: ProfileFingerprint(profile), reportDigest: String(repeating: "7", count: 64), validFrom: today,
            validUntil: #require(now.advanced(bySeconds: 30 * 86400).day), limit: bound?.limit,
            stations: bound?.stations ?? [], ledger: bound?.ledger, revocationNumber: revocationNumber,
            authority: "示范卫生健康委", signedAt: now)
        try Data(terms.signed(by: key).bytes).write(to: URL(fileURLWithPath: file(name)))
    }
}

/// A factory: the installed program, a store with its keys, and a formal batch.
final class Desk: OperatorFolder, @unchecked Sendable {
    private static let words = ["correct horse battery", "eleven quiet giraffes", "nine violet umbrellas"]
    var store: String { file("factory.keys") }
    var batch: String { Programs.root.appendingPathComponent("Samples/formal-batch").path }

    static func open() async throws -> Desk {
        let desk = try Desk()
        try await desk.set()
        return desk
    }

    private func set() async throws {
        for (index, words) in Self.words.enumerated() { try write("custodian-\(index + 1).pass", words) }
        let script = """
            import json, os, sys
            sys.path.insert(0, sys.argv[1])
            import crypto
            batch = json.load(open(sys.argv[2]))
            open("issuer.bin", "wb").write(
                crypto.issuer_certificate(batch["issuerCode"], batch["issueDate"], batch["validUntil"]))
            """
        try await Programs.output(
            "/bin/sh",
            [
                "-c", "cd \"$1\" && exec \"$2\" -c \"$3\" \"$4\" \"$5\"", "sh", path, Programs.python, script,
                Programs.independent(""), batch + "/batch.json",
            ])
        let parts = try (0..<2).map { _ in try SystemRandom.bytes(16) }
        for (index, part) in parts.enumerated() { try write("chips-\(index + 1).txt", "TK \(Self.hex(part))\n") }
        try write("delivered.key", Self.hex(zip(parts[0], parts[1]).map { $0 ^ $1 }) + "\n")
        let custodians = ["张三", "李四", "王五"].flatMap { ["--custodian", $0] }
        try await done(
            keys(
                ["create", store, "--generate", "--into", file("custodians"), "--threshold", "2"] + custodians,
                custodians: 3))
        try await done(
            keys(
                ["import", store, "--chip-batch", "one"]
                    + (1...2).flatMap { ["--components", file("chips-\($0).txt")] }))
        try await done(keys(["import", store, "--certificate", file("issuer.bin")]))
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02X", $0) }.joined() }

    private func done(_ outcome: Programs.Outcome) throws {
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    func run(_ arguments: [String]) async throws -> Programs.Outcome {
        try await InstalledProgram.run(
            arguments,
            environment: ["HEALTHCARD_STATION": file("station"), "XDG_STATE_HOME": file("state"), "LANG": "C.UTF-8"])
    }

    /// - Parameter custodians: how many of them are there.
    func keys(_ arguments: [String], custodians: Int = 2) async throws -> Programs.Outcome {
        try await run(
            ["keys"] + arguments + (1...custodians).flatMap { ["--credential", file("custodian-\($0).pass")] })
    }

    func line(
        _ release: String, _ options: [String], box: String, ledger: String, store: String? = nil
    ) async throws -> Programs.Outcome {
        let rows = try String(contentsOfFile: batch + "/applications.csv", encoding: .utf8).split(
            whereSeparator: \.isNewline
        ).count
        let aside = (6...rows).map(String.init).joined(separator: ",")
        let arguments: [String] = [
            "personalize", "--batch", batch, "--lanes", "virtual:1", "--virtual-chips", file(box),
            "--virtual-transport-key", file("delivered.key"), "--ledger", file(ledger),
            "--keys", store ?? self.store, "--credential", file("custodian-1.pass"),
            "--credential", file("custodian-2.pass"), "--release", file(release), "--out", file(box + ".lists"),
            "--set-aside", aside, "--resume", "--quiet",
            "--maker", "示范制卡厂", "--product", "COS-X", "--product-version", "2.1",
        ]
        return try await run(arguments + options)
    }

    /// Signed by two people who are named in it.
    func enrolment(of key: SM2.PublicKey, file name: String) throws -> String {
        let people = try ["甲", "乙"].map { name in (name, try SM2.PrivateKey.generate()) }
        var enrolment = try AuthorityEnrolment.draft(
            after: nil, name: "示范卫生健康委", authority: .pinned(key),
            persons: people.map { Signatory(name: $0.0, key: $0.1.publicKey) }, at: .now)
        for person in people { enrolment = try enrolment.signed(by: person.1) }
        try Data(enrolment.bytes).write(to: URL(fileURLWithPath: file(name)))
        return String(decoding: enrolment.bytes, as: UTF8.self)
    }

    /// The store with an enrolment written into its file.
    func editStore(authority document: String, to name: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: store))
        var root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        root["authority"] = document
        try JSONSerialization.data(withJSONObject: root).write(to: URL(fileURLWithPath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name))
    }

    func revoke(_ release: String, by key: SM2.PrivateKey, named authority: String, to name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file(release))))
        let list = try RevocationList.signed(
            after: nil,
            revoking: RevocationList.Entry(release: Release(bytes).digest, time: .now, reason: "wrong MACs"),
            authority: authority, at: .now, by: key)
        try Data(list.bytes).write(to: URL(fileURLWithPath: file(name)))
    }
}
