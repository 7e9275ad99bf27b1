import CardProfiles
import Glibc

/// The pictures in a folder as one look at it shows them, by the number they are named after: to ask the system for each
/// name that a picture may have takes longer than everything else that is done for a row.
struct PhotoNames: Sendable {
    /// Sorted by number; sixteen bytes a picture.
    private let entries: [(number: UInt64, spellings: UInt64)]

    /// Nil for a folder that is there and cannot be looked through.
    init?(folder: String) {
        guard let directory = opendir(folder) else {
            guard errno == ENOENT || errno == ENOTDIR else { return nil }
            entries = []
            return
        }
        defer { closedir(directory) }
        // A record is as long as its name: what is copied whole is not all there.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        var found: [(number: UInt64, spellings: UInt64)] = []
        while let entry = readdir(directory) {
            let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            if let one = Self.entry(String(cString: name)) { found.append(one) }
        }
        found.sort { $0.number < $1.number }
        var merged = 0
        for entry in found {
            if merged > 0, found[merged - 1].number == entry.number {
                found[merged - 1].spellings |= entry.spellings
            } else {
                found[merged] = entry
                merged += 1
            }
        }
        found.removeSubrange(merged...)
        entries = found
    }

    /// A picture of another kind.
    private static let other = UInt64(1) << 63

    private static func entry(_ name: String) -> (number: UInt64, spellings: UInt64)? {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")),
            let number = try? IDNumber(entered: String(name[..<dot]))
        else { return nil }
        let ending = name[name.utf8.index(after: dot)...]
        if let place = Batch.photoEndings.firstIndex(where: { $0 == ending }) {
            let isSmall = name[..<dot].utf8.last == UInt8(ascii: "x")
            return (number.packed, 1 << UInt64(place + (isSmall ? Batch.photoEndings.count : 0)))
        }
        return Batch.otherPictureEndings.contains { $0 == ending } ? (number.packed, other) : nil
    }

    /// Which of ``Batch/photoNames(of:)`` are there, a bit each; another bit for pictures that are no JPEG.
    func spellings(of idNumber: IDNumber) -> UInt64 { spellings(of: idNumber.packed) }

    /// - Parameter number: ``CardProfiles/IDNumber/packed``
    func spellings(of number: UInt64) -> UInt64 {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].number == number ? entries[low].spellings : 0
    }
}
