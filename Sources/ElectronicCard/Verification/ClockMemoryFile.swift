import CardProfiles
import Files
import Glibc

extension ClockMemory {
    private static let mark = "healthcard clock memory: "

    /// What was remembered in a file; nothing where there is none.
    ///
    /// - Throws: ``ElectronicCardError/clockMemory(path:)``.
    public init(file path: String) throws(ElectronicCardError) {
        let content: [UInt8]?
        do throws(InputFileError) {
            content = try InputFile.contentsIfThere(of: path, atMost: 256)
        } catch {
            throw .clockMemory(path: path)
        }
        self.init()
        guard let content else { return }
        let text = String(decoding: content, as: UTF8.self)
        guard text.hasPrefix(Self.mark), text.hasSuffix("\n"),
            let time = CalendarDateTime(text.dropFirst(Self.mark.count).dropLast())
        else { throw .clockMemory(path: path) }
        self.init(latest: time)
    }

    /// Remembers the latest time in a file, its owner's alone.
    ///
    /// - Throws: ``ElectronicCardError/clockMemory(path:)``; the old content stays.
    public func save(to path: String) throws(ElectronicCardError) {
        guard let latest else { return }
        guard DurableFile.replace(path, with: Array("\(Self.mark)\(latest)\n".utf8)) else {
            throw .clockMemory(path: path)
        }
    }
}
