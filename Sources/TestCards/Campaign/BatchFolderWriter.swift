import CardProfiles
import Foundation
import ISO7816
import Personalization
import Photos
import ShangMi

/// Writes invented people as the folder a factory receives (Docs/batch.md): nothing in it tells the engine that they
/// were invented but their region.
struct BatchFolderWriter {
    let folder: String
    let campaign: Campaign
    let profile: CardProfile

    /// Years a card is valid.
    private static let validity = 10
    private static let faces = 4
    /// Records of one bank file (Docs/card.md §5.2).
    private static let packet = 1000
    private static let issuerName = "测试省卫生健康委员会"

    func write(_ people: [InventedPerson]) throws(CampaignError) {
        try write(manifest(), to: "batch.json")
        try write(Array(applications(people).utf8), to: "applications.csv")
        try writePackets("XZY_HKXX", people, record: policeRecord)
        // The bank answers in an order of its own, which production follows.
        try writePackets("XZY_HKYH", Array(people.reversed()), record: bankRecord)
        // A few faces do: each takes as long to draw and to fit as a card to make.
        var faces: [[UInt8]] = []
        for (index, person) in people.enumerated() where person.hasPhoto {
            if faces.count < Self.faces { faces.append(try face(faces.count)) }
            try write(faces[index % faces.count], to: "photos/\(person.idNumber).jpg")
        }
    }

    private func face(_ number: Int) throws(CampaignError) -> [UInt8] {
        let seed = (campaign.seed &+ UInt64(number)) &* 0x9E37_79B9_7F4A_7C15
        do {
            return try DrawnPortrait.jpeg(seed: seed >> 16, profile: profile)
        } catch {
            throw .photo(error)
        }
    }

    private func write(_ bytes: [UInt8], to name: String) throws(CampaignError) {
        try CampaignFolder.write(bytes, to: folder + "/" + name)
    }

    // MARK: batch.json

    private struct Manifest: Encodable {
        let id: String
        let profile: String
        let mode: String
        let issuerName: String
        let issuerCode: String
        let cityCode: String
        let issueDate: String
        let validUntil: String
        let approvals: [String]
    }

    private func manifest() throws(CampaignError) -> [UInt8] {
        let region = profile.modes.testRegion
        guard let start = CalendarDate(campaign.startDate),
            let end = CalendarDate(year: start.year + Self.validity, month: start.month, day: min(28, start.day))
        else { throw .value(file: CampaignFolder.campaignName, key: "startDate", problem: .notADay) }
        let codeDigits = profile.files.flatMap(\.items).first { $0.source == .batch("issuerCode") }?.digits.upperBound
        let zeros = String(repeating: "0", count: max(0, (codeDigits ?? 22) - region.utf8.count - 1))
        let manifest = Manifest(
            id: campaign.id, profile: campaign.profile, mode: BatchManifest.Mode.test.rawValue,
            issuerName: Self.issuerName, issuerCode: region + zeros + "1", cityCode: region + "0100",
            issueDate: start.description, validUntil: end.description, approvals: [])
        do {
            return try ReadableJSON.encode(manifest)
        } catch {
            throw .file(path: folder + "/batch.json", problem: .notJSON)
        }
    }

    // MARK: applications.csv

    private func applications(_ people: [InventedPerson]) -> String {
        let columns = Set(people.flatMap(\.columns.keys)).sorted()
        let rows = people.map { person in columns.map { Self.field(person.columns[$0] ?? "") }.joined(separator: ",") }
        return ([columns.joined(separator: ",")] + rows).map { $0 + "\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    // MARK: Replies

    private func writePackets(
        _ kind: String, _ people: [InventedPerson], record: (Int, InventedPerson) -> String
    ) throws(CampaignError) {
        let region = profile.modes.testRegion
        let day = campaign.startDate.filter { $0 != "-" }
        for (packet, start) in stride(from: 0, to: people.count, by: Self.packet).enumerated() {
            let members = people[start..<min(people.count, start + Self.packet)]
            let number = region + "0100000001" + day + String(100_000 + packet + 1).suffix(5)
            var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PACKAGE><PACKAGEHEAD><BBH>2.00</BBH>"
            xml += "<SJBBH>\(number)</SJBBH><SJBLX>02</SJBLX><DWDM>\(region)0100000001</DWDM>"
            xml += "<DWMC>测试省居民健康卡管理中心</DWMC><JLS>\(members.count)</JLS>"
            xml += "<FSSJ>\(day)093000</FSSJ></PACKAGEHEAD><DATA>\n"
            for (index, person) in members.enumerated() { xml += "<RECORD>\(record(index + 1, person))</RECORD>\n" }
            xml += "</DATA></PACKAGE>\n"
            try write(Array(xml.utf8), to: "\(kind)_\(number).XML")
        }
    }

    private func policeRecord(_ index: Int, _ person: InventedPerson) -> String {
        let number = person.idNumber
        let birth = number.dropFirst(6).prefix(8)
        return "<CZRKSSSSXQ>\(number.prefix(6))</CZRKSSSSXQ><CZRKGMSFHM>\(number)</CZRKGMSFHM>"
            + "<CZRKXM>\(XMLText.escape(person.name))</CZRKXM><CZRKXB>\(person.sex)</CZRKXB>"
            + "<CZRKMZ>\(person.nation)</CZRKMZ><CZRKCSRQ>\(birth)</CZRKCSRQ>"
            + (person.hasPhoto ? "" : "<YCDM>\(profile.application.noPhotoReply)</YCDM>")
    }

    private func bankRecord(_ index: Int, _ person: InventedPerson) -> String {
        "<XH>\(index)</XH><XM>\(XMLText.escape(person.name))</XM><ZJHM>\(person.idNumber)</ZJHM>"
            + "<XZQHBH>\(person.idNumber.prefix(6))</XZQHBH><BZ></BZ>"
    }
}
