import CardProfiles
import Foundation
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
    }

    private let folder: String
    private let column: String
    let idNumberColumn: String
    private let fitting: PhotoFitting

    init(batch: Batch) {
        folder = batch.folder
        column = batch.profile.application.photo.item
        idNumberColumn = batch.profile.application.idNumber.item
        fitting = PhotoFitting(profile: batch.profile)
    }

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

    /// The file of the documented name; where there is none, the only one of another spelling.
    private func file(of idNumber: IDNumber) throws(PhotoFlaw) -> PhotoFile {
        do {
            return try PhotoFile(path: Batch.photoPath(of: idNumber, folder: folder))
        } catch {
            guard error == .missing else { throw error }
        }
        var found: [PhotoFile] = []
        for path in Batch.otherPhotoPaths(of: idNumber, folder: folder) {
            do {
                found.append(try PhotoFile(path: path))
            } catch {
                guard error == .missing else { throw error }
            }
        }
        guard let file = found.first else { throw .missing }
        // A file system that ignores case shows one file under several names.
        guard found.allSatisfy({ $0.bytes == file.bytes }) else { throw .ambiguous }
        return file
    }

    /// Adds what is wrong with the photo to the row.
    func apply(_ finding: Finding, to row: inout CheckedRow) -> Application.Photo? {
        guard let flaw = finding.flaw else { return .file(jpeg: finding.jpeg, digest: finding.digest) }
        if flaw == .missing, row.mayLackPhoto { return .absent }
        row.refuse(flaw.code, column, flaw.description, remedy: flaw.remedy)
        return nil
    }

    /// Both at once.
    func check(_ row: inout CheckedRow) -> Application.Photo? {
        row.idNumber.flatMap { apply(look($0), to: &row) }
    }
}
