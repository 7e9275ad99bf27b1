import CardProfiles
import Foundation
import ShangMi
import Synchronization

/// Goes through the whole folder a factory receives and finds everything that is wrong with it (`Docs/batch.md`).
///
/// Problems are handed out as they are found, texts of replies and orders are noted in files without names: memory does not
/// grow with what is wrong, and with each applicant by a few dozen bytes (`Docs/batch.md`, Memory). Only a batch nothing
/// stands against is prepared for production.
public struct BatchIntake {
    /// Rows whose photos are looked at together.
    private static let window = 256
    /// Threads that look at photos.
    private static let photoThreads = 2
    /// Columns that one problem names.
    private static let mostColumns = 12

    public let folder: String
    private let chosenProfile: CardProfile?
    private let setAside: SetAside

    /// - Parameters:
    ///   - folder: the path of the folder.
    ///   - profile: another profile than the one `batch.json` names among those of this package.
    ///   - setAside: the rows the operator leaves out.
    public init(folder: String, profile: CardProfile? = nil, setAside: SetAside = SetAside()) {
        self.folder = folder
        chosenProfile = profile
        self.setAside = setAside
    }

    /// Checks everything.
    ///
    /// - Parameters:
    ///   - report: takes each problem that stands, as it is found.
    ///   - progress: is told now and then how far the check is.
    /// - Throws: only when the check itself cannot go on: no room in the temporary folder.
    public func run(
        report: (BatchProblem) -> Void, progress: (IntakeProgress) -> Void = { _ in }
    ) throws(BatchError) -> BatchReport {
        var tally: [BatchProblem.Code: Int] = [:]
        func stands(_ problem: BatchProblem) {
            tally[problem.code, default: 0] += 1
            report(problem)
        }
        var digest = ContentDigest()
        let (manifest, profile) = readManifest(stands, &digest)
        progress(IntakeProgress(phase: .replies, rows: 0, bytes: 0, totalBytes: 0))
        let database = try ScratchDatabase()
        let replies = try ReplyIndex(folder: folder, database: database, report: stands)
        guard let manifest, let profile else {
            return BatchReport(
                batch: manifest?.id ?? "", rows: 0, sound: 0, faulty: 0, setAside: [], problems: tally,
                mode: manifest?.mode, replies: replies.heard, isCutShort: true, prepared: nil)
        }
        let batch = Batch(folder: folder, manifest: manifest, profile: profile, replies: replies)
        let book = RowBook(replies: replies, isAlone: true)
        var count = RowCount()
        let photos = PhotoChecker(batch: batch, isForAll: true)
        var isCutShort = false
        var rules: RowRules?
        do {
            let rows = try RowReader(batch: batch, hashes: true)
            rules = rows.rules
            rows.headerProblems.forEach(stands)
            count.rounded = RoundedNumbers(rows.rules.validator)
            isCutShort = !rows.canReadRows
            if rows.canReadRows {
                isCutShort = !(try go(through: rows, photos, book, &count, &digest, stands, progress))
                if !isCutShort, count.rows == 0 {
                    stands(BatchProblem(.table(.form(.noRows)), .file(Batch.applicationsFile)))
                }
            }
            if let hash = rows.digest { digest.add(Batch.applicationsFile, digest: hash) }
        } catch {
            // Without room for notes nothing more can be said; a file that cannot be read is a problem of the batch.
            if error.problems.contains(where: { $0.code == .scratchSpace }) { throw error }
            error.problems.forEach(stands)
            isCutShort = true
        }
        reportSpreadsheet(count, stands)
        if !isCutShort {
            try book.strangers(stands)
            reportUnknown(count, stands)
        }
        for (name, hash) in zip(replies.files, replies.digests) { digest.add(name, digest: hash) }
        var prepared: PreparedBatch?
        let faulty = count.faulty + book.spoiled
        let sound = count.rows - count.setAside.count - faulty
        if tally.isEmpty, let rules {
            progress(IntakeProgress(phase: .order, rows: count.rows, bytes: 0, totalBytes: 0))
            try book.orders.finish()
            prepared = PreparedBatch(
                batch: batch, count: sound, setAside: count.setAside, contentDigest: digest.finish(),
                rules: rules, photos: PhotoChecker(batch: batch), book: book.orders)
        }
        return BatchReport(
            batch: manifest.id, rows: count.rows, sound: sound, faulty: faulty, setAside: count.setAside,
            problems: tally, mode: manifest.mode, replies: replies.heard, isCutShort: isCutShort, prepared: prepared)
    }

    // MARK: The manifest

    /// A manifest with problems still serves to find those of the rows, where it says what they are checked against.
    private func readManifest(
        _ report: (BatchProblem) -> Void, _ digest: inout ContentDigest
    ) -> (BatchManifest?, CardProfile?) {
        do {
            let data = try Batch.manifestData(folder: folder)
            digest.add(BatchManifest.fileName, digest: SM3.hash(data))
            let (manifest, problems) = BatchManifest.read(data)
            problems.forEach(report)
            guard let manifest else { return (nil, nil) }
            let profile: CardProfile
            if let chosenProfile {
                profile = chosenProfile
            } else {
                profile = try Batch.profile(of: manifest)
            }
            do {
                try manifest.check(against: profile)
            } catch {
                // A key that is empty because it is wrong was reported already.
                let known = Set(problems.compactMap(\.item))
                error.problems.filter { !known.contains($0.item ?? "") }.forEach(report)
            }
            return (manifest, profile)
        } catch {
            error.problems.forEach(report)
            return (nil, nil)
        }
    }

    // MARK: The rows

    private struct RowCount {
        var rows = 0
        var faulty = 0
        var setAside: [RowSetAside] = []
        /// What the operator named and was met.
        var metRows: Set<Int> = []
        var metNumbers: Set<UInt64> = []
        /// By column how many values a spreadsheet has spoiled in rows that are not set aside.
        var spoiled: [String: Int] = [:]
        var rounded: RoundedNumbers?
    }

    /// - Returns: false when the file could not be read to its end.
    private func go(
        through rows: RowReader, _ photos: PhotoChecker, _ book: RowBook, _ count: inout RowCount,
        _ digest: inout ContentDigest, _ report: (BatchProblem) -> Void, _ progress: (IntakeProgress) -> Void
    ) throws(BatchError) -> Bool {
        let path = folder + "/" + Batch.applicationsFile
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        var isWhole = true
        var isFinished = false
        var window: [RowReader.Found] = []
        // What the orders of a window are made of.
        var contents: [UInt8] = []
        while !isFinished {
            window.removeAll(keepingCapacity: true)
            contents.removeAll(keepingCapacity: true)
            do {
                while window.count < Self.window, let row = try rows.nextFound(&contents) { window.append(row) }
                isFinished = window.count < Self.window
            } catch {
                if error.problems.contains(where: { $0.code == .scratchSpace }) { throw error }
                error.problems.forEach(report)
                isWhole = false
                isFinished = true
            }
            let findings = Self.look(at: window, photos)
            var digests = Self.digests(of: window, findings, &contents)[...]
            for (row, finding) in zip(window, findings) {
                switch row {
                case .plain(let row):
                    let finding = finding ?? .missing
                    digest.addPhoto(row: row.line, digest: finding.digest)
                    try take(
                        row, finding, digests.popFirst() ?? [], contents[row.point], photos, rows.rules, book, &count,
                        report, longNumbers: row.longNumbers.map { ($0.place, contents[$0.number]) })
                case .checked(let row):
                    if let finding { digest.addPhoto(row: row.line, digest: finding.digest) }
                    try take(row, finding, photos, rows.rules.content, book, &count, report)
                }
            }
            progress(IntakeProgress(phase: .rows, rows: count.rows, bytes: rows.offset, totalBytes: size))
        }
        return isWhole
    }

    /// What the orders of those rows hash to that are plain.
    private static func digests(
        of rows: [RowReader.Found], _ findings: [PhotoChecker.Finding?], _ contents: inout [UInt8]
    ) -> [[UInt8]] {
        let plain = zip(rows, findings).compactMap { found, finding in
            // Whose number is right has been looked for.
            if case .plain(let row) = found { (row, finding ?? .missing) } else { nil }
        }
        return OrderContent.digests(of: plain, &contents)
    }

    /// Looks at the photos of some rows on two threads; what was found is in the order of the rows.
    private static func look(at rows: [RowReader.Found], _ photos: PhotoChecker) -> [PhotoChecker.Finding?] {
        let findings = Mutex([PhotoChecker.Finding?](repeating: nil, count: rows.count))
        // Most often all have a photo, or none has.
        let wanted = rows.indices.filter { index in
            switch rows[index] {
            case .plain(let row): photos.mayHavePhoto(row.id)
            case .checked(let row): row.idNumber != nil
            }
        }
        guard !wanted.isEmpty else { return findings.withLock { $0 } }
        DispatchQueue.concurrentPerform(iterations: photoThreads) { thread in
            for place in stride(from: thread, to: wanted.count, by: photoThreads) {
                let number: IDNumber? =
                    switch rows[wanted[place]] {
                    case .plain(let row): IDNumber(packed: row.id)
                    case .checked(let row): row.idNumber
                    }
                guard let number else { continue }
                let finding = photos.look(number)
                findings.withLock { $0[wanted[place]] = finding }
            }
        }
        return findings.withLock { $0 }
    }

    /// A row that nothing is wrong with but perhaps its photo, or that another of the same applicant is there.
    private func take(
        _ row: RowScreen.Row, _ finding: PhotoChecker.Finding, _ digest: [UInt8], _ point: ArraySlice<UInt8>,
        _ photos: PhotoChecker, _ rules: RowRules, _ book: RowBook, _ count: inout RowCount,
        _ report: (BatchProblem) -> Void, longNumbers: [(place: Int, text: ArraySlice<UInt8>)]
    ) throws(BatchError) {
        let isNamed = setAside.names(line: row.line, id: row.id)
        if !isNamed {
            for (place, text) in longNumbers { count.rounded?.see(place, String(decoding: text, as: UTF8.self)) }
        }
        guard finding.flaw == nil || finding.flaw == .missing && row.mayLackPhoto, !isNamed else {
            var checked = CheckedRow(line: row.line, offset: row.offset)
            checked.idNumber = IDNumber(packed: row.id)
            checked.mayLackPhoto = row.mayLackPhoto
            return try take(checked, finding, photos, rules.content, book, &count, report)
        }
        count.rows += 1
        let earlier = try book.note(
            row.id, row: row.line, state: .sound,
            order: RowBook.Order(
                offset: row.offset, place: row.bankPlace ?? UInt32(clamping: row.line), point: point, digest: digest))
        guard let earlier else { return }
        var checked = CheckedRow(line: row.line, offset: row.offset)
        checked.refuse(.row(.duplicate(earlier: earlier)), photos.idNumberColumn)
        count.faulty += 1
        checked.problems.forEach(report)
    }

    private func take(
        _ checked: CheckedRow, _ finding: PhotoChecker.Finding?, _ photos: PhotoChecker, _ content: OrderContent,
        _ book: RowBook, _ count: inout RowCount, _ report: (BatchProblem) -> Void
    ) throws(BatchError) {
        var row = checked
        count.rows += 1
        let photo = finding.flatMap { photos.apply($0, to: &row) }
        if setAside.contains(row) {
            count.metRows.insert(row.line)
            if let idNumber = row.idNumber { count.metNumbers.insert(idNumber.packed) }
            count.setAside.append(
                RowSetAside(row: row.line, idNumber: row.idNumber?.text, problems: row.problems))
            _ = try book.note(row, state: .setAside)
            return
        }
        count.rounded?.see(row)
        if let earlier = try note(row, photo, content, book) {
            row.refuse(.row(.duplicate(earlier: earlier)), photos.idNumberColumn)
        }
        guard !row.problems.isEmpty else { return }
        count.faulty += 1
        for column in row.spoiledColumns { count.spoiled[column, default: 0] += 1 }
        row.problems.forEach(report)
    }

    private func note(
        _ row: CheckedRow, _ photo: Application.Photo?, _ content: OrderContent, _ book: RowBook
    ) throws(BatchError) -> Int? {
        guard let photo, row.problems.isEmpty else { return try book.note(row, state: .sound) }
        let digest = content.digest(of: row, photo: photo.digest)
        return try book.note(
            row, state: .sound,
            order: RowBook.Order(
                offset: row.offset, place: row.bankPlace ?? UInt32(clamping: row.line),
                point: Array(row.collectionPoint.utf8)[...], digest: digest))
    }

    /// Says once what spoiled values in many rows have in common: whoever mends them one by one spoils them again.
    private func reportSpreadsheet(_ count: RowCount, _ report: (BatchProblem) -> Void) {
        for (column, numbers) in count.rounded?.found ?? [] {
            report(
                BatchProblem(.table(.roundedColumn(numbers: numbers)), .file(Batch.applicationsFile), item: column))
        }
        guard !count.spoiled.isEmpty else { return }
        let values = count.spoiled.values.reduce(0, +)
        let columns = count.spoiled.keys.sorted()
        let finding = TableFinding.spreadsheet(
            values: values, columns: Array(columns.prefix(Self.mostColumns)), hasMore: columns.count > Self.mostColumns)
        report(BatchProblem(.table(finding), .file(Batch.applicationsFile)))
    }

    /// What the operator named and is not there: a wrong row would otherwise be made.
    private func reportUnknown(_ count: RowCount, _ report: (BatchProblem) -> Void) {
        let file = BatchProblem.Place.file(Batch.applicationsFile)
        for row in setAside.rows.subtracting(count.metRows).sorted() {
            report(BatchProblem(.choice(.noSuchRow(row)), file))
        }
        let lines = setAside.idNumbers.filter { !count.metNumbers.contains($0.key) }.map(\.value).sorted()
        for line in lines {
            report(BatchProblem(.choice(.noSuchApplicant(line: line)), file))
        }
    }
}
