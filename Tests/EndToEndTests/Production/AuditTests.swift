import Foundation
import Testing

/// The audit that all tests of interruptions count on sees what it is there for.
@Suite("Production audit") struct AuditTests {
    /// A batch that was made in peace; its books, to be spoiled.
    private static let peaceful = Task {
        let bench = try await ProductionBench(people: 3)
        let outcome = try await bench.run(lanes: 2)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return (bench.batch, try await bench.look())
    }

    /// One thing that must not be, and how it looks.
    struct Spoiling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let finding: String
        let spoil: @Sendable (inout ProductionBooks) throws -> Void

        init(
            _ name: String, finding: String, _ spoil: @escaping @Sendable (inout ProductionBooks) throws -> Void
        ) {
            testDescription = name
            self.finding = finding
            self.spoil = spoil
        }
    }

    private static func index(of kind: String, _ books: ProductionBooks) throws -> Int {
        try #require(books.entries.firstIndex { $0.kind == kind })
    }

    static let spoilings: [Spoiling] = [
        Spoiling("an applicant made twice", finding: "cards that are made and not void") { books in
            // A second chip with the same person's data, begun and made as the first was.
            let made = books.entries[try index(of: "made", books)]
            let begun = try #require(books.entries.first { $0.kind == "begin" && $0.chip == made.chip })
            for var entry in [begun, made] {
                entry.chip = "FFFFFFFFFFFFFFFF"
                entry.detail = entry.detail.replacingOccurrences(
                    of: "\"attempt\":\(begun.sequence),", with: "\"attempt\":9999,")
                entry.sequence = entry.kind == "begin" ? 9999 : 10_000
                books.entries.append(entry)
            }
        },
        Spoiling("two live cards of one person", finding: "one person, live cards") { books in
            var copy = try #require(books.chips.first { $0.place == "made" })
            copy = BoxedChip(
                serial: "FFFFFFFFFFFFFFFF", place: "made", lifeCycle: copy.lifeCycle, content: copy.content)
            books.chips.append(copy)
        },
        Spoiling("a chip begun twice", finding: "is used") { books in
            let made = books.entries[try index(of: "made", books)]
            var begun = books.entries[try #require(books.entries.lastIndex { $0.kind == "begin" })]
            begun.chip = made.chip
            books.entries.append(begun)
        },
        Spoiling("a chip that became two cards", finding: "is not open for its applicant") { books in
            books.entries.append(books.entries[try index(of: "made", books)])
        },
        Spoiling("a card nobody made", finding: "nobody knows of it") { books in
            let chip = try #require(books.chips.first { $0.place == "made" })
            books.entries.removeAll { $0.chip == chip.serial }
        },
        Spoiling("a card that is lost", finding: "nowhere else") { books in
            books.chips.removeFirst()
        },
        Spoiling("a chip in two places", finding: "lies in") { books in books.chips.append(books.chips[0]) },
        Spoiling("a made card that is not activated", finding: "is made in the ledger and is") { books in
            books.chips[0].lifeCycle = .beingMade
        },
        Spoiling("half a card among the blanks", finding: "lies among the blank ones") { books in
            books.chips[0].place = "blank"
        },
        Spoiling("two people's cards changed", finding: "holds somebody else's data") { books in
            let chips = books.chips
            (books.chips[0].content, books.chips[1].content) = (chips[1].content, chips[0].content)
        },
        Spoiling("one byte of a card", finding: "has other files: [\"DDF1/EF08\"]") { books in
            let directory = try #require(books.chips[0].content.directories.firstIndex { $0.identifier == "DDF1" })
            let file = try #require(
                books.chips[0].content.directories[directory].files.firstIndex { $0.identifier == "EF08" })
            let record = try #require(books.chips[0].content.directories[directory].files[file].records?.last)
            books.chips[0].content.directories[directory].files[file].records?.removeLast()
            books.chips[0].content.directories[directory].files[file].records?.append(
                record.dropLast() + (record.hasSuffix("0") ? "1" : "0"))
        },
        Spoiling("an image that is another's", finding: "was made from another image") { books in
            let made = try index(of: "made", books)
            let digest = books.entries[made].members["card"]?["imageDigest"]?.text ?? ""
            books.entries[made].detail = books.entries[made].detail.replacingOccurrences(
                of: digest, with: String(digest.reversed()))
        },
        Spoiling("a row that is gone", finding: "rows in the books") { books in books.status.total -= 1 },
        Spoiling("books that say otherwise", finding: "batch status:") { books in
            books.status.counts.made -= 1
            books.status.counts.waiting += 1
        },
        Spoiling("an outcome that was forgotten", finding: "batch status names other chips as open") { books in
            books.entries.remove(at: try index(of: "made", books))
        },
        Spoiling("a changed ledger", finding: "ledger verify: entry 3") { books in books.findings = ["entry 3"] },
    ]

    @Test("Nothing is wrong with a batch made in peace")
    func peace() async throws {
        let (batch, books) = try await Self.peaceful.value
        #expect(try ProductionAudit(batch: batch, books: books).findings() == [])
        #expect(books.chips.map(\.place) == ["made", "made", "made"])
        #expect(Set(books.chips.flatMap { $0.holders(among: batch.idNumbers) }) == batch.idNumbers)
    }

    @Test("Each thing that must not be is found, and named", arguments: spoilings)
    func spoiled(_ spoiling: Spoiling) async throws {
        var (batch, books) = try await Self.peaceful.value
        try spoiling.spoil(&books)
        let findings = try ProductionAudit(batch: batch, books: books).findings()
        #expect(findings.contains { $0.contains(spoiling.finding) }, "\(findings)")
        for finding in findings {
            #expect(!batch.idNumbers.contains { finding.contains($0) }, "a finding shows an ID number")
        }
    }

    @Test("A byte that was changed in the ledger's file is found through the audit")
    func changedLedger() async throws {
        let bench = try await ProductionBench(people: 1)
        try #require(try await bench.run().status == 0)
        let path = URL(fileURLWithPath: bench.ledger)
        var bytes = try Data(contentsOf: path)
        // In the text of an entry: the file stays a database.
        let place = try #require(bytes.range(of: Data("imageDigest".utf8)))
        bytes[place.upperBound + 4] ^= 1
        try bytes.write(to: path)
        #expect(try await bench.audit().contains { $0.hasPrefix("ledger verify: ") })
    }
}
