import ArgumentParser
import CardProfiles
import ElectronicCard
import Foundation
import Personalization

struct ECardIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Generate QR codes for the invented people of a test batch.",
        discussion: """
            Each applicant of a test batch gets a static and a dynamic code under the published test keys, as PNG and \
            SVG; codes.csv has their texts. Codes of real people are issued by a platform: a production batch, or a \
            person outside the test region, ends with exit code 8 and nothing is generated. Only the owner has access \
            to the folder and its files.
            """)

    @Option(name: .long, help: "The batch folder; its mode must be test.")
    var batch: String

    @Option(name: .long, help: "The folder for codes.csv and the pictures; created if it does not exist.")
    var out: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many seconds dynamic codes are valid, 1 to 31622400.", valueName: "seconds"))
    var validFor = 300

    @Option(
        name: .long, help: "The time from which dynamic codes are valid, in China: 2026-10-08T09:00:00. Default: now.")
    var at: String?

    @Flag(name: .long, help: "Print JSON with the content of codes.csv.")
    var json = false

    func validate() throws {
        guard (1...31_622_400).contains(validFor) else {
            throw ValidationError(
                Terminal.words(ECardText.validForForm))
        }
    }

    private struct Row: Encodable {
        let idNumber: String
        let name: String
        let mainIndex: String
        let kind: String
        let text: String
        let validUntil: String?
        let png: String
        let svg: String

        static let header = "idNumber,name,mainIndex,kind,text,validUntil,png,svg\r\n"

        var line: String {
            [idNumber, Self.quoted(name), mainIndex, kind, text, validUntil ?? "", png, svg].joined(separator: ",")
                + "\r\n"
        }

        private static func quoted(_ text: String) -> String {
            guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
            return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }
    }

    mutating func run() throws {
        let manifest = try Batch.readManifest(folder: batch)
        guard manifest.mode == .test else { throw ElectronicCardError.notForTests(.productionBatch) }
        let source = try Batch(folder: batch)
        let review = try source.review()
        let problems = review.rejected.flatMap(\.problems) + review.problems
        guard problems.isEmpty else { throw BatchError(problems) }
        let issuer = try TestCodeIssuer(profile: source.profile)
        let validUntil = try validUntil()
        // Everybody is looked at before anything is made.
        let people = try review.applications.map { application in
            let identity = try application.holderIdentity(source.profile)
            return (identity, try issuer.codes(for: identity, row: application.row, validUntil: validUntil))
        }
        let list = try openList()
        var rows: [Row] = []
        for (identity, codes) in people {
            rows.append(try draw(codes.fixed, identity, codes))
            rows.append(try draw(codes.dynamic, identity, codes))
        }
        try list.write(contentsOf: Data((Row.header + rows.map(\.line).joined()).utf8))
        if json { return try Terminal.print(json: rows) }
        Terminal.print(
            Terminal.words(
                ECardText.issued(codes: rows.count, people: people.count, folder: out, until: "\(validUntil)")))
    }

    private func validUntil() throws -> CalendarDateTime {
        let start = ChinaTime.secondsSince1970(try ECardTime.time(at))
        guard let time = ChinaTime.time(secondsSince1970: start + validFor) else {
            throw ValidationError(Terminal.words(ECardText.tooLate))
        }
        return time
    }

    /// The list, in a folder that is new, empty, or has one already.
    private func openList() throws -> FileHandle {
        let manager = FileManager.default
        let path = out + "/codes.csv"
        if manager.fileExists(atPath: out) {
            let content = (try? manager.contentsOfDirectory(atPath: out)) ?? [""]
            guard content.isEmpty || manager.fileExists(atPath: path) else {
                throw Failure(.usage, ECardText.folderInUse(out))
            }
        } else {
            do {
                try manager.createDirectory(
                    atPath: out, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure(.badInput, ECardText.folderNotMade(out))
            }
        }
        return try OutputFile.open(path) { $0.hasPrefix(Row.header) }
    }

    private func draw(_ code: CardCode, _ identity: HolderIdentity, _ codes: TestCodeIssuer.Codes) throws -> Row {
        var names: [String] = []
        for format in CodePicture.Format.allCases {
            let name = "\(identity.number)-\(code.kind.rawValue).\(format.rawValue)"
            let picture = try CodePicture(of: code, as: format)
            let file = try OutputFile.open(out + "/" + name, isForced: true) { _ in true }
            try file.write(contentsOf: picture.bytes)
            names.append(name)
        }
        return Row(
            idNumber: identity.number, name: identity.name, mainIndex: codes.mainIndex.hex, kind: code.kind.rawValue,
            text: code.text, validUntil: code.kind == .dynamic ? "\(codes.validUntil)+08:00" : nil, png: names[0],
            svg: names[1])
    }
}
