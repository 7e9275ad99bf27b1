import CardProfiles
import Foundation
import ISO7816
import Messages
import PCSC
import Personalization
import ReaderLibraries
import Releases
import TestCards

/// Looks at the environment cards are made in.
struct EnvironmentCapture {
    let product: (maker: String, product: String, version: String)
    let profile: CardProfile
    let source: BatchSourceOptions
    let line: LineOptions
    let station: String

    func record() throws -> EnvironmentRecord {
        // The commands are those of the test edition, whichever cards are made: the keys alone differ.
        let edition =
            profile.testKeys == nil
            ? try CardProfile.bundled(profile.name, overlays: [Batch.testKeysOverlay] + source.overlay) : profile
        return EnvironmentRecord(
            maker: product.maker, product: product.product, productVersion: product.version,
            dialect: source.dialect ?? profile.defaultDialect,
            profileDigest: Hex.encode(profile.cardDigest).lowercased(),
            engineVersion: EngineIdentity.currentVersion, softwareDigest: EngineIdentity.current.softwareDigest,
            planDigest: try ReferencePlan.digest(
                profile: edition, dialect: source.dialect, options: source.planOptions),
            readers: try readers(), serviceVersion: line.isVirtual ? "" : Self.serviceVersion(), station: station,
            operatorName: line.operatorName ?? NSUserName())
    }

    private func readers() throws -> [EnvironmentRecord.Reader] {
        guard !line.isVirtual else {
            return line.lanes.map {
                EnvironmentRecord.Reader(name: $0, vendor: "virtual", driverVersion: "", serialNumber: "")
            }
        }
        let service = try SystemReaders().service()
        return try line.chosenReaders().map { Self.reader($0, service) }
    }

    /// What its driver tells, in no need of a card.
    static func reader(_ name: ReaderName, _ service: any ReaderService) -> EnvironmentRecord.Reader {
        let connection = try? service.connect(name, mode: .direct)
        connection?.finalDisposition = .leave
        func bytes(_ attribute: ReaderAttribute) -> [UInt8] { (try? connection?.attribute(attribute)) ?? [] }
        func text(_ attribute: ReaderAttribute) -> String {
            String(decoding: bytes(attribute).prefix { $0 != 0 }, as: UTF8.self)
        }
        let version = bytes(.vendorVersion)
        // 0xMMmmbbbb in the machine's byte order.
        let number = version.count == 4 ? version.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
        return EnvironmentRecord.Reader(
            name: name.rawValue, vendor: text(.vendorName),
            driverVersion: number.map { "\($0 >> 24).\($0 >> 16 & 0xFF).\($0 & 0xFFFF)" } ?? "",
            serialNumber: text(.vendorSerialNumber))
    }

    /// The daemon does not tell over its socket; its program does.
    static func serviceVersion() -> String {
        for path in ["/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd"]
        where FileManager.default.isExecutableFile(atPath: path) {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = ["--version"]
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { continue }
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let line = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
            return line.trimmingCharacters(in: CharacterSet(charactersIn: " ."))
        }
        return ""
    }
}

/// What is not as it was when the test cards were made, for people.
enum EnvironmentText {
    /// Shows all of it.
    ///
    /// - Throws: ``Failure`` of code 8 when new test cards are wanted first.
    static func tell(_ differences: [EnvironmentRecord.Difference]) throws {
        for difference in differences {
            let mark = difference.isGrave ? Terminal.words(EnvironmentWord.stops) : Terminal.words(EnvironmentWord.note)
            Terminal.note(
                mark
                    + Terminal.words(
                        EnvironmentWord.difference(
                            field: difference.field, tested: shown(difference.tested), now: shown(difference.now))))
        }
        let grave = differences.filter(\.isGrave).map(\.field)
        guard grave.isEmpty else {
            let list = grave.joined(separator: ", ")
            throw Failure(
                .notAllowed,
                EnvironmentWord.otherEnvironment(list: list))
        }
    }

    private static func shown(_ text: String) -> String { text.isEmpty ? "–" : text }
}
