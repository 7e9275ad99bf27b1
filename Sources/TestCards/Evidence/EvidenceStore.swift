import Files
import Foundation

/// Where evidence is kept: never in the place of what is there.
///
/// The whole suite on a campaign's cards goes to the campaign's `evidence.json`; what was there is moved to a folder of its
/// own in `earlier`. A run of a part, one that was stopped, one on cards with faults goes to a folder of its own in `parts`.
public enum EvidenceStore {
    /// Signs evidence and keeps it in a campaign's folder.
    ///
    /// - Returns: the path of the evidence.
    /// - Throws: `.file` when it cannot be written; nothing of older evidence is lost.
    public static func keep(
        _ evidence: SuiteEvidence, in folder: CampaignFolder, by signer: EvidenceSigner, at time: String
    ) throws(ReportError) -> String {
        let signature = try EvidenceSignature(evidence, by: signer, at: time)
        let isPart = !evidence.missing.isEmpty
        do throws(GuardedFileError) {
            if isPart {
                let place = try newFolder(in: folder.parts, evidence, signature)
                try write(evidence, signature, to: place + "/" + FiledReport.evidenceName, isNew: true)
                return place + "/" + FiledReport.evidenceName
            }
            try putAside(folder)
            try write(evidence, signature, to: folder.evidencePath, isNew: false)
            return folder.evidencePath
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
    }

    /// Signs evidence into a file that must not be there yet.
    public static func create(
        _ evidence: SuiteEvidence, at path: String, by signer: EvidenceSigner, time: String
    ) throws(ReportError) {
        let signature = try EvidenceSignature(evidence, by: signer, at: time)
        do throws(GuardedFileError) {
            try write(evidence, signature, to: path, isNew: true)
        } catch {
            throw .file(path: error.path, problem: error.problem)
        }
    }

    /// The folders of a campaign's parts, the last one last.
    public static func parts(of folder: CampaignFolder) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.parts)) ?? []
        return names.sorted().map { folder.parts + "/" + $0 }
    }

    /// The signature first: evidence without one is taken for damaged, a signature without evidence for nothing.
    private static func write(
        _ evidence: SuiteEvidence, _ signature: EvidenceSignature, to path: String, isNew: Bool
    ) throws(GuardedFileError) {
        let bytes: [UInt8]
        do throws(ReportError) {
            bytes = try evidence.fileBytes()
        } catch {
            throw GuardedFileError(path: path, problem: .evidence(.notWritable))
        }
        let beside = path + EvidenceSignature.suffix
        if isNew {
            try GuardedFile.create(beside, signature.fileBytes)
            do throws(GuardedFileError) {
                try GuardedFile.create(path, bytes)
            } catch {
                unlink(beside)
                throw error
            }
        } else {
            try GuardedFile.replace(beside, with: signature.fileBytes)
            try GuardedFile.replace(path, with: bytes)
        }
    }

    /// Evidence and signature that are there get a second name before the first is given up.
    private static func putAside(_ folder: CampaignFolder) throws(GuardedFileError) {
        let path = folder.evidencePath
        let beside = path + EvidenceSignature.suffix
        try GuardedFile.checkReplaceable(path)
        try GuardedFile.checkReplaceable(beside)
        guard access(path, F_OK) == 0 else { return }
        let signed = try? SignedEvidence(path: path)
        let place = try newFolder(in: folder.earlier, signed?.evidence, signed?.signature)
        for name in [path, beside] where access(name, F_OK) == 0 {
            guard link(name, place + "/" + (name as NSString).lastPathComponent) == 0 else {
                throw GuardedFileError(path: place, problem: .earlierNotKept)
            }
        }
        GuardedFile.syncFolder(of: place + "/" + FiledReport.evidenceName)
        unlink(path)
    }

    /// A folder that was not there: the time the run began, and the beginning of its digest.
    private static func newFolder(
        in parent: String, _ evidence: SuiteEvidence?, _ signature: EvidenceSignature?
    ) throws(GuardedFileError) -> String {
        try GuardedFile.makeFolder(parent)
        let time = evidence?.startedAt.filter { $0.isASCII && ($0.isNumber || $0 == "T") } ?? "unknown"
        let name = "\(time)-\(signature?.evidenceDigest.prefix(8) ?? "unsigned")"
        for number in 1...1000 {
            let path = "\(parent)/\(name)" + (number > 1 ? "-\(number)" : "")
            if mkdir(path, 0o700) == 0 {
                chmod(path, 0o700)
                return path
            }
            guard errno == EEXIST else { break }
        }
        throw GuardedFileError(
            path: "\(parent)/\(name)", problem: .file(.notMade(SystemReason(errno))))
    }
}
