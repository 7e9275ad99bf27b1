import Foundation
import Releases
import ShangMi
import Testing

/// What one hand cannot do: give a count back, or make two of one ledger.
@Suite("Two people, and one ledger") struct TwoPeopleTests {
    private static let authority = "示范卫生健康委"

    /// The authority and two people with keys of their own, enrolled in the store by the custodians.
    private func enrolled(at desk: Desk) async throws -> SM2.PrivateKey {
        let authority = try SM2.PrivateKey.generate()
        try desk.write("authority.pub.pem", authority.publicKey.pem())
        for (index, person) in ["first", "second", "stranger"].enumerated() {
            try desk.write("\(person).pass", "tall green windmills \(index)")
            try await done(
                desk.run([
                    "release", "authority", "new", "--key", desk.file("\(person).pem"), "--public-key",
                    desk.file("\(person).pub.pem"), "--credential", desk.file("\(person).pass"),
                ]))
        }
        try await done(
            desk.run([
                "release", "authority", "enrol", "--name", Self.authority, "--authority",
                desk.file("authority.pub.pem"),
                "--person", "张三=" + desk.file("first.pub.pem"), "--person", "李四=" + desk.file("second.pub.pem"),
                "--out", desk.file("enrolment"),
            ]))
        for person in ["first", "second"] { try await done(sign("enrolment", by: person, at: desk)) }
        try await done(desk.keys(["authority", desk.store, desk.file("enrolment"), "--yes"]))
        return authority
    }

    private func sign(_ file: String, by person: String, at desk: Desk) async throws -> Programs.Outcome {
        try await desk.run([
            "sign", desk.file(file), "--key", desk.file("\(person).pem"), "--credential", desk.file("\(person).pass"),
            "--yes",
        ])
    }

    private func done(_ outcome: Programs.Outcome) throws {
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// A release for so many cards of this station and the ledger in a file, which is made.
    private func release(_ limit: Int, ledger: String, by authority: SM2.PrivateKey, at desk: Desk) async throws {
        let bound = try await desk.run(["release", "station", "--ledger", desk.file(ledger)])
        try done(bound)
        let words = String(decoding: bound.output, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        func value(_ option: String) throws -> String {
            try words[#require(words.firstIndex(of: option)) + 1]
        }
        try desk.release(
            "product.release", by: authority,
            bound: (limit, [#require(ReleaseTerms.StationName(value("--station")))], value("--ledger-id")))
    }

    @Test("a count comes back when two people say that the chip was destroyed, and in no other way")
    func destroyed() async throws {
        let desk = try await Desk.open()
        let authority = try await enrolled(at: desk)
        try await release(1, ledger: "formal.sqlite", by: authority, at: desk)
        let first = try await desk.line("product.release", [], box: "box", ledger: "formal.sqlite")
        #expect(desk.made("box") == 1, "\(first.errors)")
        let made = try FileManager.default.contentsOfDirectory(atPath: desk.file("box") + "/made")
        let chip = try String(#require(made.first { $0.hasSuffix(".json") }).dropLast(".json".count))
        let ledger = ["--ledger", desk.file("formal.sqlite")]
        func destroy(_ act: String) async throws -> Programs.Outcome {
            try await desk.run(
                ["ledger", "destroy", chip, "--reason", "cut through", "--out", desk.file(act)] + ledger)
        }
        func enter(_ act: String) async throws -> Programs.Outcome {
            try await desk.run(["ledger", "enter", desk.file(act)] + ledger)
        }
        // Somebody's card is not destroyed by a line of text.
        let early = try await destroy("early.act")
        #expect(early.status == 8, "\(early.errors)")
        try await done(
            desk.run(["ledger", "void", chip, "--remake", "--reason", "bent", "--yes"] + ledger))
        let again = try await desk.line("product.release", [], box: "box", ledger: "formal.sqlite")
        #expect(again.status == 8 && desk.made("box") == 1, "\(again.errors)")

        try await done(destroy("destroyed.act"))
        let text = try String(contentsOfFile: desk.file("destroyed.act"), encoding: .utf8)
        func tried(_ signers: [String]) async throws -> Programs.Outcome {
            try desk.write("tried.act", text)
            for signer in signers { _ = try await sign("tried.act", by: signer, at: desk) }
            return try await enter("tried.act")
        }
        for signers in [[], ["first"], ["first", "first"], ["first", "stranger"], ["stranger", "stranger"]] {
            let outcome = try await tried(signers)
            #expect(outcome.status != 0, "\(signers): \(outcome.errors)")
        }
        let still = try await desk.line("product.release", [], box: "box", ledger: "formal.sqlite")
        #expect(still.status == 8 && desk.made("box") == 1, "\(still.errors)")

        try await done(tried(["second", "first"]))
        // The same act once more, as by somebody who did not see the first answer, gives nothing back again.
        try await done(enter("tried.act"))
        let last = try await desk.line("product.release", [], box: "box", ledger: "formal.sqlite")
        #expect(desk.made("box") == 2, "\(last.errors)")
        try await done(enter("tried.act"))
        let over = try await desk.line("product.release", [], box: "box", ledger: "formal.sqlite")
        #expect(over.status == 8 && desk.made("box") == 2, "\(over.errors)")
        let verified = try await desk.run(["ledger", "verify"] + ledger)
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test("two lines at once, one on a copy of the ledger: the limit holds")
    func copies() async throws {
        let desk = try await Desk.open()
        let authority = try await enrolled(at: desk)
        try await release(2, ledger: "formal.sqlite", by: authority, at: desk)
        let ledger = desk.file("formal.sqlite")
        try await Programs.output("/usr/bin/sqlite3", [ledger, "PRAGMA wal_checkpoint(TRUNCATE)"])
        try FileManager.default.copyItem(atPath: ledger, toPath: desk.file("copy.sqlite"))
        async let one = desk.line("product.release", [], box: "one", ledger: "formal.sqlite")
        async let other = desk.line("product.release", [], box: "other", ledger: "copy.sqlite")
        let outcomes = try await [one, other]
        let made = desk.made("one") + desk.made("other")
        #expect((1...2).contains(made), "\(outcomes.map(\.errors))")
        #expect(outcomes.contains { $0.status == 8 }, "\(outcomes.map(\.errors))")
        // One after the other as well.
        for (box, name) in [("one", "formal.sqlite"), ("other", "copy.sqlite")] {
            let late = try await desk.line("product.release", [], box: box, ledger: name)
            #expect(late.status == 8, "\(late.errors)")
        }
        #expect(desk.made("one") + desk.made("other") <= 2)
    }
}
