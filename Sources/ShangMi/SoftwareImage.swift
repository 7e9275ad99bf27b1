import CLinux

/// The program as it is mapped: what runs, whatever a file says.
public enum SoftwareImage {
    /// SM3 over every piece of the program and of the libraries that were there when it started which nothing may write
    /// to: code and constants (`Docs/releases.md`). The same for every run and every place in memory. Another library,
    /// one that was put before the others, and code that was changed in memory give another.
    ///
    /// - Returns: 32 bytes.
    public static func digest() -> [UInt8] {
        final class Pieces { var all: [Piece] = [] }
        let pieces = Pieces()
        withExtendedLifetime(pieces) {
            healthcard_visit_code(
                { name, offset, bytes, count, wasThere, context in
                    guard wasThere != 0, let name, let bytes, let context else { return }
                    let piece = Piece(
                        name: String(cString: name), offset: UInt64(offset),
                        bytes: UnsafeRawBufferPointer(start: bytes, count: count))
                    Unmanaged<Pieces>.fromOpaque(context).takeUnretainedValue().all.append(piece)
                }, Unmanaged.passUnretained(pieces).toOpaque())
        }
        return digest(pieces.all)
    }

    struct Piece {
        let name: String
        let offset: UInt64
        let bytes: UnsafeRawBufferPointer
    }

    /// A line for each piece, then its bytes; sorted, since the order of loading is no property of the software.
    static func digest(_ pieces: [Piece]) -> [UInt8] {
        var hasher = SM3.Hasher()
        hasher.update(Array("resident-health-card-software/1\n".utf8))
        for piece in pieces.sorted(by: { ($0.name, $0.offset) < ($1.name, $1.offset) }) {
            hasher.update(Array("\(piece.name) \(piece.offset) \(piece.bytes.count)\n".utf8))
            hasher.update(bufferPointer: piece.bytes)
        }
        return hasher.finalize()
    }
}
