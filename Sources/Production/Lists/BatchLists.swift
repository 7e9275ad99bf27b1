import Files
import Foundation
import Ledger
import Messages

/// The lists after production: a packing list per collection point, the rows without a valid card and why, the chips to be
/// destroyed, and a summary whose counts add up to the batch.
///
/// They name people by ID number, since that is how cards are handed out: the files are for this user alone (0600).
public struct BatchLists: Sendable, Hashable, Codable {
    public struct Point: Sendable, Hashable, Codable {
        /// Empty: the applications do not say.
        public let name: String
        public let cards: Int
        /// Names in the folder, one for each format.
        public let files: [String]
    }

    /// `batch.json` `id`.
    public let batch: String
    /// Under whose releases formal cards were made: the authority that is enrolled in the ledger, by its name, the
    /// beginning of its key's digest, and the number of the enrolment; nil for test cards.
    public let releasedBy: String?
    /// In the order of their first card.
    public let points: [Point]
    public let made: Int
    public let rejected: Int
    public let setAside: Int
    /// Rows whose card was replaced or declared void, and that wait for no other one.
    public let void: Int
    /// Chips that are to be destroyed, or were.
    public let scrap: Int
    /// Waiting or in work.
    public let open: Int
    /// The ledger's books.
    public let counts: BatchCounts

    /// Whether every row is in one list, and the lists agree with the ledger's books.
    public var isBalanced: Bool {
        points.reduce(0) { $0 + $1.cards } == made && made == counts.made && rejected == counts.rejected
            && setAside == counts.setAside && open == counts.waiting + counts.inWork && void == counts.void
            && scrap == counts.rejectedChips + counts.voidChips
    }

    /// Writes the lists of a batch; its own of an earlier time in the same folder are replaced, and nothing else is.
    ///
    /// - Parameters:
    ///   - outcomes: handed out once; memory does not grow with their number, only with that of collection points.
    ///   - counts: the ledger's books, asked for after the last card.
    ///   - releasedBy: as in ``releasedBy``.
    ///   - folder: made when it is not there. Files: `packing-0001.csv` …, `rejects.csv`, `scrap.csv`, `summary.json`.
    /// - Throws: ``BatchListsError``.
    public static func write(
        _ outcomes: some BatchOutcomes, batch: String, counts: BatchCounts, releasedBy: String? = nil,
        to folder: String, formats: Set<ListFormat> = Set(ListFormat.allCases), language: Language = .english
    ) throws(BatchListsError) -> BatchLists {
        var outcomes = outcomes
        var run = try ListRun(
            batch: batch, releasedBy: releasedBy, folder: folder, formats: formats, language: language)
        while true {
            let outcome: OrderOutcome?
            do throws(LedgerError) {
                outcome = try outcomes.next()
            } catch {
                throw .ledger(error)
            }
            guard let outcome else { break }
            try run.add(outcome)
        }
        while true {
            let chip: ScrapChip?
            do throws(LedgerError) {
                chip = try outcomes.nextScrap()
            } catch {
                throw .ledger(error)
            }
            guard let chip else { break }
            try run.add(chip)
        }
        return try run.finish(counts)
    }
}

/// Why lists were not written.
public enum BatchListsError: AdvisedError, Equatable {
    /// A file or folder, by its path, and what is wrong with it.
    case file(String, ListFileProblem)
    /// The folder holds lists of this other batch, or (nil) lists of which nothing says whose they are.
    case otherBatch(folder: String, batch: String?)
    case ledger(LedgerError)

    public enum Code: String, Sendable, Hashable, CaseIterable { case file, otherBatch, ledger }

    public static let domain = "lists"
    public var kind: ErrorKind { .partFailed }

    public var code: Code {
        switch self {
        case .file: .file
        case .otherBatch: .otherBatch
        case .ledger: .ledger
        }
    }

    public var underlying: (any AdvisedError)? {
        guard case .ledger(let error) = self else { return nil }
        return error
    }
}

/// What is wrong with a file of lists, or their folder.
public enum ListFileProblem: Message, Equatable {
    case file(FileProblem)
    /// The system's own words.
    case system(String)
    case noJSON
    case notAFile
}
