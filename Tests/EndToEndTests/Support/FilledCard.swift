import CardProfiles
import Foundation
import HealthCard
import ISO7816

/// Contents of cards without a card: those of the sample images, and one that has a value in every item.
enum CardContents {
    static func profile() throws -> CardProfile { try CardProfile.bundled(overlays: ["test-keys"]) }

    /// The files of a pinned image.
    static func image(_ name: String) throws -> [String: FileContent] {
        let url = Programs.root.appendingPathComponent("TestVectors/images/\(name)")
        let image = try JSONValue(Data(contentsOf: url))
        var files: [String: FileContent] = [:]
        for file in image["directories"]?.elements.flatMap({ $0["files"]?.elements ?? [] }) ?? [] {
            guard let path = file["path"]?.text else { continue }
            if let records = file["records"]?.elements {
                files[path] = .records(records.compactMap { $0.text.flatMap { Hex.decode($0) } })
            } else {
                let size: Int
                if case .number(let count)? = file["size"] { size = Int(count) } else { size = 0 }
                let written = file["content"]?.text.flatMap { Hex.decode($0) } ?? []
                files[path] = .bytes(written + [UInt8](repeating: 0, count: max(0, size - written.count)))
            }
        }
        return files
    }

    /// A value in every item of every file, visits valid; texts and numbers say which item they are.
    static func filled(_ profile: CardProfile) throws -> [String: FileContent] {
        var files: [String: FileContent] = [:]
        for file in profile.files {
            func bytes(_ items: [Item], _ record: Int) throws -> [UInt8] {
                try items.flatMap { try value($0, record, profile) }
            }
            switch file.structure {
            case .linearVariableTLV:
                files[file.path] = .records(
                    try file.items.map { [$0.tag, UInt8($0.length)] + (try value($0, 1, profile)) })
            case .linearFixed(_, let count), .cyclic(_, let count):
                files[file.path] = .records(try (1...count).map { try bytes(file.items, $0) })
            case .transparent:
                var record = 1
                if case .visits(_, let number) = file.shape { record = number }
                files[file.path] = .bytes(try bytes(file.items, record))
            }
        }
        return files
    }

    private static func value(_ item: Item, _ record: Int, _ profile: CardProfile) throws -> [UInt8] {
        let digits = String(repeating: "1", count: max(0, item.digits.upperBound - String(item.number).count))
        let text: String
        switch item.format {
        case .text:
            let name = "\(item.number)#\(record)"
            if let form = profile.form(of: item), let digits = form.digits {
                let number = String(item.number)
                let short = String(repeating: "1", count: max(0, digits.lowerBound - number.count))
                text = String((short + number).suffix(digits.upperBound))
            } else {
                text = item.capacity >= name.utf8.count + 2 ? name + "项" : String(name.prefix(item.capacity))
            }
        case .idNumber: text = "99646919970325667X"
        case .digits: text = String((digits + String(item.number)).suffix(item.digits.upperBound))
        case .number: text = String((digits + String(item.number)).suffix(item.digits.upperBound))
        case .amount: text = "\(item.number).0\(record)"
        case .code(let table): text = profile.codeTables[table]?.entries.last?.code ?? "1"
        case .date: text = "2026-0\(1 + item.number % 9)-1\(record % 10)"
        case .dateTime: text = "2026-10-08T09:30:0\(record)"
        case .flag: text = "true"
        case .binary: text = String(repeating: "a5", count: item.length)
        case .photo: text = Data([0xFF, 0xD8, 0xFF, 0xD9]).base64EncodedString()
        }
        return try ItemCodec.encode(text, as: item, profile: profile)
    }
}
