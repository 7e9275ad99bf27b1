import ArgumentParser
import TestCards

/// Whose evidence a release may rest on.
struct EvidenceStationOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A station whose evidence is accepted, NAME@FINGERPRINT as `healthcard testcards station` prints it there (or "
                + "with the first 16 digits); may be repeated.",
            valueName: "station"))
    var evidenceStation: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A file with such stations, one a line; # begins a comment.", valueName: "file"))
    var evidenceStations: String?

    /// - Throws: ``Failure`` of code 8 unless an enrolled station signed the evidence of the report.
    func check(_ filed: FiledReport) throws {
        let enrolled = try stations()
        guard let station = filed.signature?.station else {
            throw Failure(
                .notAllowed,
                Terminal.text(
                    "the evidence is unsigned: older software wrote it; run the suite again with this software",
                    "证据未签名（由旧版软件生成）：请用本软件重新检测"))
        }
        guard !enrolled.entries.isEmpty else {
            throw Failure(
                .notAllowed,
                Terminal.text(
                    "no station is enrolled whose evidence is accepted: get NAME@FINGERPRINT of the testing station from the manufacturer by another way than the evidence, and name it with --evidence-station or --evidence-stations",
                    "未登记可接受其证据的站点：请以证据以外的途径向制卡机构取得检测站点的 名称@指纹，并用 --evidence-station 或 --evidence-stations 指定"))
        }
        guard enrolled.contains(station) else {
            throw Failure(
                .notAllowed,
                Terminal.text(
                    "the evidence was signed by station \(station), which is not enrolled: if the manufacturer confirms this fingerprint by another way, name it with --evidence-station",
                    "证据由站点 \(station) 签名，该站点未登记：若制卡机构以其他途径确认此指纹，请用 --evidence-station 指定"))
        }
        Self.note(filed)
    }

    /// What a release may rest on and an authority should know.
    private static func note(_ filed: FiledReport) {
        guard filed.report.evidence.reader == "virtual" else { return }
        Terminal.note(
            Terminal.text(
                "note: the tested cards were virtual; no chip was tested", "注意：受检卡为虚拟卡，未检测任何实体芯片"))
    }

    private func stations() throws -> EnrolledStations {
        let named = try evidenceStation.map { text in
            guard let entry = EnrolledStations.Entry(text) else {
                throw Failure(
                    .usage,
                    Terminal.text(
                        "--evidence-station takes NAME@FINGERPRINT, with 16 or 64 digits",
                        "--evidence-station 应为 名称@指纹（16 或 64 位）"))
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
                Terminal.text(
                    "\(evidenceStations): line \(error.line) is not NAME@FINGERPRINT",
                    "\(evidenceStations)：第 \(error.line) 行不是 名称@指纹"))
        }
    }
}
