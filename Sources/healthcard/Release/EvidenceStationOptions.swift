import ArgumentParser
import Messages
import TestCards

/// Whose evidence a release may rest on.
struct EvidenceStationOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            """
            A station whose evidence is accepted: NAME@FINGERPRINT as `healthcard testcards station` prints it \
            there, or with only the first 16 digits; may be repeated.
            """,
            valueName: "station"))
    var evidenceStation: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A file with such stations, one per line; # begins a comment.", valueName: "file"))
    var evidenceStations: String?

    /// - Throws: ``Failure`` of code 8 unless an enrolled station signed the evidence of the report.
    func check(_ filed: FiledReport) throws {
        let enrolled = try stations()
        guard let station = filed.signature?.station else {
            throw Failure(
                .notAllowed,
                EvidenceStationText.unsigned)
        }
        guard !enrolled.entries.isEmpty else {
            throw Failure(
                .notAllowed,
                EvidenceStationText.noneEnrolled)
        }
        guard enrolled.contains(station) else {
            throw Failure(
                .notAllowed,
                EvidenceStationText.notEnrolled(station: "\(station)"))
        }
        Self.note(filed)
    }

    /// What a release may rest on and an authority should know.
    private static func note(_ filed: FiledReport) {
        guard filed.report.evidence.reader == "virtual" else { return }
        Terminal.note(
            EvidenceStationText.virtualCards)
    }

    private func stations() throws -> EnrolledStations {
        let named = try evidenceStation.map { text in
            guard let entry = EnrolledStations.Entry(text) else {
                throw Failure(
                    .usage,
                    EvidenceStationText.form)
            }
            return entry
        }
        guard let evidenceStations else { return EnrolledStations(named) }
        let bytes = try Terminal.contents(of: evidenceStations, atMost: EnrolledStations.longestFile)
        do throws(EnrolledStations.LineError) {
            return EnrolledStations(named) + (try EnrolledStations(fileBytes: bytes))
        } catch {
            throw Failure(
                .badInput,
                EvidenceStationText.lineForm(line: error.line, path: evidenceStations))
        }
    }
}
