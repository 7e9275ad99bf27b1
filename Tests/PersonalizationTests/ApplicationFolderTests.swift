import CardProfiles
import Foundation
import Testing

@testable import Personalization

/// Applications that are collected one by one go through the rules of whole folders, and are on the disk or not at all.
@Suite("Collected applications") struct ApplicationFolderTests {
    private static let man = "99646919970325667X"

    private func folder() throws -> (BatchFolder, path: String, aside: String) {
        let folder = try BatchFolder()
        let batch = folder.path + "/b"
        try FileManager.default.createDirectory(atPath: batch, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.sampleBatch + "/batch.json", toPath: batch + "/batch.json")
        return (folder, batch, folder.path + "/aside")
    }

    /// The first row of the samples, by column.
    private func values() throws -> [String: String] {
        let text = try String(contentsOfFile: Repository.sampleBatch + "/applications.csv", encoding: .utf8)
        let rows = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return Dictionary(zip(rows[0], rows[1]).filter { !$0.1.isEmpty }) { first, _ in first }
    }

    private func photo() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.sampleBatch + "/photos/\(Self.man).jpg")))
    }

    private let provenance = Provenance(
        institution: "示范, \"一\"", institutionCode: "", collector: "张", through: "page", begun: "1", collected: "2",
        documents: ["01"], guardianDocuments: [], photoSource: .file, photoDigest: "", orderDigest: "")

    @Test("What the form takes the intake takes, with the same digest for the order")
    func sameAsIntake() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        #expect(try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance) == 2)
        let reader = try Batch(folder: path).applications()
        guard case .accepted(let application)? = try reader.next() else { return #expect(Bool(false)) }
        let kept = try #require(open.applications.first)
        #expect(application.contentDigest == kept.provenance.orderDigest)
        #expect(application.idNumber.text == Self.man)
        // Opened again, it is what it was.
        #expect(try ApplicationFolder(path: path, aside: aside).applications == open.applications)
    }

    @Test("Each problem of the intake is one of the form, under the same column and code")
    func sameProblems() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        let wrong: [(String, String, BatchProblem.Code)] = [
            ("idNumber", "996469199703256671", .valueWrong), ("sex", "2", .sexDiffers),
            ("birthDate", "1997-03-26", .birthDateDiffers), ("nation", "99", .valueWrong), ("name", "", .valueMissing),
            ("phone1", "1.38E+10", .valueWrong), ("documentNumber", "990925195101299725", .documentDiffers),
            ("vaccinationDate1", "1990-01-01", .dateContradicts), ("source", "fax", .valueWrong),
            ("idNumber", "430102199003070000", .valueWrong),
        ]
        for (column, text, code) in wrong {
            var values = try values()
            values[column] = text
            let finding = try open.check(values, photo: photo())
            #expect(finding.problems.contains { $0.item == column && $0.code == code }, "\(column)")
            #expect(throws: CollectionError.self) {
                try open.keep(id: "a", values: values, photo: photo(), provenance: provenance)
            }
        }
        #expect(try open.check(values(), photo: nil).problems.map(\.code) == [.photoMissing])
        #expect(open.applications == [])
    }

    @Test("A second application of the same person is said, with the row of the first")
    func duplicates() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance)
        let finding = try open.check(values(), photo: photo())
        #expect(finding.problems.map(\.finding) == [.row(.duplicate(earlier: 2))])
        #expect(try open.check(values(), photo: photo(), replacing: "a").problems == [])
        #expect(throws: CollectionError.incomplete(count: 1)) {
            try open.keep(id: "b", values: values(), photo: photo(), provenance: provenance)
        }
        #expect(try open.keep(id: "b", values: values(), photo: photo(), provenance: provenance, replacing: "a") == 2)
        #expect(open.applications.map(\.id) == ["b"])
        try open.remove("b")
        #expect(open.applications == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/photos") == [])
    }

    @Test("A change that was cut short anywhere is whole after the next start", arguments: 0...3)
    func cutShort(_ step: Int) throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance)
        let whole = open.applications
        // As it is while the change is made: noted, and of its files the first `step` written.
        var change = CollectionChange()
        let names = ["applications.csv", "collection.csv", "photos/\(Self.man).jpg"]
        for name in names { change.writes[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }
        try JSONEncoder().encode(change).write(to: URL(fileURLWithPath: aside + "/change.json"))
        for name in names.dropFirst(step) { try FileManager.default.removeItem(atPath: path + "/" + name) }
        let again = try ApplicationFolder(path: path, aside: aside)
        #expect(again.applications == whole)
        #expect(try again.photo(of: "a") == photo())
        #expect(!FileManager.default.fileExists(atPath: aside + "/change.json"))
    }

    @Test("A change that names a file elsewhere is not carried out")
    func foreignChange() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        _ = try ApplicationFolder(path: path, aside: aside)
        for name in ["../x", "photos/../../x.jpg", "photos/.x.jpg", "/tmp/x", "batch.json"] {
            let change = CollectionChange(writes: [name: Data("x".utf8)])
            try JSONEncoder().encode(change).write(to: URL(fileURLWithPath: aside + "/change.json"))
            #expect(throws: CollectionError.self) { try ApplicationFolder(path: path, aside: aside) }
        }
    }

    @Test("Files that were changed by others are said, and not written over")
    func changedByOthers() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/photos/\(Self.man).jpg"))
        #expect(throws: CollectionError.photoChanged) { try open.photo(of: "a") }
        let file = path + "/collection.csv"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try (text.split(separator: "\n").first.map(String.init) ?? "").write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: CollectionError.filesApart) { try ApplicationFolder(path: path, aside: aside) }
    }

    @Test("Nobody but the owner has rights to what is collected")
    func privacy() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let open = try ApplicationFolder(path: path, aside: aside)
        try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance)
        for name in ["", "/photos", "/applications.csv", "/collection.csv", "/photos/\(Self.man).jpg"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path + name)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0, "\(name)")
        }
    }

    @Test("What is handed over the intake has taken, and it is not changed any more")
    func handover() throws {
        let (root, path, aside) = try folder()
        defer { withExtendedLifetime(root) {} }
        let open = try ApplicationFolder(path: path, aside: aside)
        #expect(throws: CollectionError.nothingCollected) {
            try open.handOver(institution: "i", collector: "c", at: "t") { _ in }
        }
        try open.keep(id: "a", values: values(), photo: photo(), provenance: provenance)
        try Data("<?xml".utf8).write(to: URL(fileURLWithPath: path + "/x.txt"))
        var problems: [BatchProblem] = []
        #expect(throws: CollectionError.batchRefused(count: 1)) {
            try open.handOver(institution: "i", collector: "c", at: "t") { problems.append($0) }
        }
        #expect(problems.map(\.code) == [.replyName])
        try FileManager.default.removeItem(atPath: path + "/x.txt")
        try open.handOver(institution: "i", collector: "c", at: "t") { _ in }
        #expect(throws: CollectionError.handedOver) { try open.remove("a") }
        #expect(try ApplicationFolder(path: path, aside: aside).isHandedOver)
    }
}
