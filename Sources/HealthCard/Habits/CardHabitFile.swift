import Files
import Glibc
import Synchronization

/// A memory that outlives the process: one JSON file, by default `$XDG_CACHE_HOME/healthcard/habits.json`.
///
/// It holds habits by product, the models of readers that carry short commands only, the attempts that
/// PINs of SAMs have left, and nothing of any one health card. A file that is damaged, too long or not to be read is as good
/// as none; one that cannot be written is not written. Several processes may use it at a time: a file is replaced as a
/// whole, and what gets lost in a race is found out again. It may be used from any thread.
public final class CardHabitFile: CardHabitMemory {
    private struct Content: Codable {
        var format: Int
        var products: [String: CardHabits]
        /// Readers that carry short length fields only; files of before have none.
        var shortReaders: [String]?
        /// By a digest of the SAM's serial; files of before have none.
        var sams: [String: PINTries]?
    }

    public let path: String
    private let lock = Mutex(())
    private static let format = 1
    private static let longestFile = 1 << 20
    private static let mostProducts = 256
    private static let mostReaders = 64
    private static let mostSAMs = 1_024

    public init(path: String) { self.path = path }

    /// The file of this user.
    ///
    /// - Parameter environment: `XDG_CACHE_HOME`, else `HOME` with `.cache` in it.
    /// - Returns: nil when there is neither, or not as an absolute path.
    public static func standard(
        environment: [String: String] = ProcessEnvironment.all
    ) -> CardHabitFile? {
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
        return (cache ?? home).map { CardHabitFile(path: $0 + "/healthcard/habits.json") }
    }

    public func habits(of product: CardProduct) -> CardHabits? {
        lock.withLock { _ in load().products[product.description] }
    }

    public func remember(_ habits: CardHabits, of product: CardProduct) {
        lock.withLock { _ in
            var content = load()
            guard content.products[product.description] != habits else { return }
            if content.products[product.description] == nil, content.products.count >= Self.mostProducts {
                content.products = [:]
            }
            content.products[product.description] = habits
            save(content)
        }
    }

    public func carriesShortOnly(_ reader: ReaderModel) -> Bool {
        lock.withLock { _ in load().shortReaders?.contains(reader.description) ?? false }
    }

    public func rememberShortOnly(_ reader: ReaderModel) {
        lock.withLock { _ in
            var content = load()
            let known = content.shortReaders ?? []
            guard !known.contains(reader.description) else { return }
            content.shortReaders = (known.count < Self.mostReaders ? known : []) + [reader.description]
            save(content)
        }
    }

    /// Forgets all products and readers. That a SAM must not be asked for its attempts is not forgotten: to find it out
    /// costs one.
    public func forget() {
        lock.withLock { _ in
            let sams = load().sams ?? [:]
            guard sams.isEmpty else { return save(Content(format: Self.format, products: [:], sams: sams)) }
            unlink(path)
        }
    }

    private func load() -> Content {
        let none = Content(format: Self.format, products: [:])
        guard let bytes = try? InputFile.contents(of: path, atMost: Self.longestFile),
            let content = try? JSONValue(parsing: bytes).decoded(as: Content.self), content.format == Self.format
        else { return none }
        return content
    }

    private func save(_ content: Content) {
        guard let json = try? JSONValue(encoding: content).sorted else { return }
        makeFolder(path.parentFolder)
        _ = DurableFile.replace(path, with: Array(json.text(pretty: true).utf8), isLasting: false)
    }

    /// With those it is in; where that is not possible nothing can be written either.
    private func makeFolder(_ path: String) {
        guard mkdir(path, 0o777) != 0, errno == ENOENT, path.parentFolder != path else { return }
        makeFolder(path.parentFolder)
        mkdir(path, 0o777)
    }
}

extension CardHabitFile: PINTryMemory {
    public func tries(ofSAM name: String) -> PINTries? { lock.withLock { _ in load().sams?[name] } }

    public func remember(_ tries: PINTries, ofSAM name: String) {
        lock.withLock { _ in
            var content = load()
            var sams = content.sams ?? [:]
            // What costs an attempt to find out is kept.
            if sams[name] == nil, sams.count >= Self.mostSAMs { sams = sams.filter { $0.value.costsToAsk } }
            sams[name] = tries == PINTries() ? nil : tries
            guard sams != content.sams ?? [:] else { return }
            content.sams = sams.isEmpty ? nil : sams
            save(content)
        }
    }
}
