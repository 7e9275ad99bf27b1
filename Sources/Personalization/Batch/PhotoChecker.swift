import CardProfiles
import Glibc
import Photos
import ShangMi

/// Looks at the photo of a row. A value: several threads may look at once.
struct PhotoChecker: Sendable {
    /// What was found in one file.
    struct Finding: Sendable {
        let flaw: PhotoFlaw?
        /// What goes onto the card; empty where there is a flaw.
        let jpeg: [UInt8]
        /// SM3 of the file; empty when it was not read.
        let digest: [UInt8]

        /// There is none.
        static let missing = Finding(flaw: .missing, jpeg: [], digest: [])
    }

    /// That of the photos.
    private let folder: String
    private let column: String
    let idNumberColumn: String
    private let fitting: PhotoFitting
    /// What was there when this was made; nil where each file is to be looked for when it is wanted.
    private let names: PhotoNames?

    /// - Parameter isForAll: the photos of a whole batch are looked at, now.
    init(batch: Batch, isForAll: Bool = false) {
        folder = batch.folder + "/" + PhotoFolder(folder: batch.folder).name
        column = batch.profile.application.photo.item
        idNumberColumn = batch.profile.application.idNumber.item
        fitting = PhotoFitting(profile: batch.profile)
        names = isForAll ? PhotoNames(folder: folder) : nil
    }

    /// Whether there is anything to be looked at: false for whom no picture of any kind was there.
    ///
    /// - Parameter id: ``CardProfiles/IDNumber/packed``
    func mayHavePhoto(_ id: UInt64) -> Bool { names.map { $0.spellings(of: id) != 0 } ?? true }

    /// Reads the file of an applicant and tries whether a card's photo can be made of it.
    func look(_ idNumber: IDNumber) -> Finding {
        var digest: [UInt8] = []
        do {
            let file = try file(of: idNumber)
            digest = SM3.hash(file.bytes)
            return Finding(flaw: nil, jpeg: try fitting.fit(file.bytes), digest: digest)
        } catch {
            return Finding(flaw: error, jpeg: [], digest: digest)
        }
    }

    /// The file of the documented name or another spelling of it, where all of them hold the same.
    private func file(of idNumber: IDNumber) throws(PhotoFlaw) -> PhotoFile {
        let known = self.names?.spellings(of: idNumber)
        if known == 0 { throw .missing }
        let names = Batch.photoNames(of: idNumber)
        var found: PhotoFile?
        for (index, name) in names.enumerated() where known.map({ $0 >> UInt64(index) & 1 == 1 }) ?? isThere(name) {
            let file = try PhotoFile(path: folder + "/" + name)
            // A file system that ignores case shows one file under several names.
            guard found == nil || found?.bytes == file.bytes else { throw .ambiguous }
            found = file
        }
        if let found { return found }
        let other = Batch.otherPictureNames(of: idNumber).first(where: isThere)
        throw other.map { .otherFormat(String($0.drop { $0 != "." }.dropFirst())) } ?? .missing
    }

    private func isThere(_ name: String) -> Bool {
        var status = stat()
        // A link to nothing is a file that cannot be read.
        return lstat(folder + "/" + name, &status) == 0
    }

    /// Adds what is wrong with the photo to the row.
    func apply(_ finding: Finding, to row: inout CheckedRow) -> Application.Photo? {
        guard let flaw = finding.flaw else { return .file(jpeg: finding.jpeg, digest: finding.digest) }
        if flaw == .missing, row.mayLackPhoto { return .absent }
        row.refuse(.photo(PhotoFinding(flaw)), column)
        return nil
    }

    /// Both at once.
    func check(_ row: inout CheckedRow) -> Application.Photo? {
        row.idNumber.flatMap { apply(look($0), to: &row) }
    }
}
