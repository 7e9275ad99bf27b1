import CardProfiles
import Foundation

/// All verification replies of a batch, to be asked by identity number.
///
/// Several files of one kind are packets of one reply, in the order of their names (`Docs/card.md §5.2`).
struct ReplyIndex: Sendable {
    struct Entry: Sendable, Hashable {
        let verifier: Verifier
        /// Which of the files.
        let file: Int
        /// The record in it, from 1.
        let number: Int
        /// Where the applicant comes among all of this verifier's records, from 0.
        let order: Int
        let name: String
        let exceptionCode: String?
    }

    private(set) var files: [String] = []
    private var entries: [Verifier: [UInt64: Entry]] = [:]

    /// The verifiers that have replied.
    var verifiers: [Verifier] { Verifier.allCases.filter { entries[$0] != nil } }

    func entry(of idNumber: IDNumber, in verifier: Verifier) -> Entry? { entries[verifier]?[idNumber.packed] }

    func file(of entry: Entry) -> String {
        files.indices.contains(entry.file) ? files[entry.file] : verifierName(entry)
    }

    private func verifierName(_ entry: Entry) -> String { entry.verifier.rawValue }

    /// Records whose applicant `seen` does not have, in the order of the files.
    func strangers(among seen: Set<UInt64>) -> [BatchProblem] {
        let strangers = entries.values.flatMap { $0.filter { !seen.contains($0.key) }.values }
        return strangers.sorted { ($0.file, $0.number) < ($1.file, $1.number) }.map { entry in
            BatchProblem(
                .record(file: file(of: entry), number: entry.number), "is of nobody in applications.csv",
                remedy: "send the application or ask the \(entry.verifier) for the right reply")
        }
    }

    /// Reads every reply in the folder.
    init(folder: String) throws(BatchError) {
        var problems: [BatchProblem] = []
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        for verifier in Verifier.allCases {
            var order = 0
            for name in names where Self.isReply(name, of: verifier) {
                let file = files.count
                files.append(name)
                var known = entries[verifier] ?? [:]
                let result = VerificationReplyReader.read(path: folder + "/" + name, verifier: verifier) { record in
                    let place = BatchProblem.Place.record(file: name, number: record.number)
                    guard let idNumber = try? IDNumber(record.idNumber) else {
                        problems.append(
                            BatchProblem(
                                place, item: verifier.idElement, "is no identity number",
                                remedy: "ask its sender for the file again"))
                        return
                    }
                    let entry = Entry(
                        verifier: verifier, file: file, number: record.number, order: order, name: record.name,
                        exceptionCode: record.exceptionCode)
                    order += 1
                    if let earlier = known.updateValue(entry, forKey: idNumber.packed) {
                        problems.append(
                            BatchProblem(
                                place, item: verifier.idElement,
                                "is the applicant of record \(earlier.number) once more",
                                remedy: "ask its sender for the file again"))
                    }
                }
                entries[verifier] = known
                problems += result.problems
            }
        }
        guard problems.isEmpty else { throw BatchError(problems) }
    }

    private static func isReply(_ name: String, of verifier: Verifier) -> Bool {
        name.hasPrefix(verifier.rawValue + "_") && name.uppercased().hasSuffix(".XML")
    }
}
