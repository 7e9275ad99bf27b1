import CardProfiles
import Foundation
import ISO7816
import Personalization
import VirtualCard

/// A virtual chip that lies somewhere in a box, as its files say.
struct BoxedChip: Sendable {
    /// 16 hexadecimal digits in capitals.
    let serial: String
    /// `made`, `reject`, `blank`, `lane-00` …
    var place: String
    var lifeCycle: LifeCycleState
    var content: CardState

    /// All chips of a box. Their files are copied first: a look at a chip is to change nothing.
    static func all(in box: String) throws -> [BoxedChip] {
        let files = FileManager.default
        let scratch = try TestFolder()
        let profile = try CardContents.profile()
        var chips: [BoxedChip] = []
        for place in (try? files.contentsOfDirectory(atPath: box))?.sorted() ?? [] {
            for name in try files.contentsOfDirectory(atPath: "\(box)/\(place)").sorted() where name.hasSuffix(".json")
            {
                let copy = scratch.file(name)
                for ending in ["", ".journal"] where files.fileExists(atPath: "\(box)/\(place)/\(name)\(ending)") {
                    try? files.removeItem(atPath: copy + ending)
                    try files.copyItem(atPath: "\(box)/\(place)/\(name)\(ending)", toPath: copy + ending)
                }
                let card = try VirtualHealthCard.open(path: copy, serial: nil, profile: profile)
                chips.append(
                    BoxedChip(
                        serial: Hex.encode(card.serial), place: place, lifeCycle: card.lifeCycle, content: card.state))
            }
        }
        return chips
    }

    /// Those whose ID number is on the chip, whoever they are.
    func holders(among idNumbers: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for file in content.directories.flatMap(\.files) {
            let bytes = (file.records?.joined() ?? file.content).flatMap { Hex.decode($0) } ?? []
            var digits = 0
            for (index, byte) in bytes.enumerated() {
                let isDigit = (0x30...0x39).contains(byte)
                if digits >= 17, isDigit || byte == UInt8(ascii: "X") {
                    let text = String(decoding: bytes[index - 17...index], as: UTF8.self)
                    if idNumbers.contains(text) { found.insert(text) }
                }
                digits = isDigit ? digits + 1 : 0
            }
        }
        return found
    }

    /// The files that are not what they are to be.
    func differences(from image: CardImage) -> [String] {
        var different: [String] = []
        for file in image.directories.flatMap({ directory in directory.files.map { (directory.name, $0) } }) {
            let (directory, wanted) = file
            let held = content.directories.first { $0.identifier == directory }?.files
                .first { $0.identifier == wanted.path.suffix(4) }
            switch wanted.content {
            case .records(let records):
                if held?.records?.map({ Hex.decode($0) ?? [] }) != records { different.append(wanted.path) }
            case .binary:
                if held?.content.flatMap({ Hex.decode($0) })?.starts(with: wanted.bytes) != true {
                    different.append(wanted.path)
                }
            }
        }
        return different
    }
}
