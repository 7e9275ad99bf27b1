import Files
import Messages
import SystemLibraries

/// Why evidence or a report cannot be used, written or drawn.
public enum ReportError: AdvisedError, Equatable {
    /// The evidence is not what a run of the suite writes.
    case evidence(EvidenceFlaw)
    /// A file cannot be read or written.
    case file(path: String, problem: CampaignFileProblem)
    /// The report on disk is not the one its evidence gives.
    case reportDiffers(path: String)
    /// There is no signature beside evidence that must have one.
    case unsigned(path: String)
    /// Evidence and signature do not belong together.
    case signature(path: String, station: String, problem: SignatureProblem)
    /// A run's results are not those of the evidence they would be added to.
    case notAdded(AdditionProblem)
    /// A page could not be drawn; what the library says, nil where it gives no page.
    case drawing(String?)
    /// What draws pages is not there.
    case library(MissingLibrary)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case evidence, file, reportDiffers, unsigned, signature, notAdded, drawing, library
    }

    public static let domain = "report"

    public var kind: ErrorKind {
        switch self {
        case .drawing: .bug
        case .notAdded: .notAllowed
        case .library(let missing): missing.kind
        case .evidence, .file, .reportDiffers, .unsigned, .signature: .badInput
        }
    }

    public var code: Code {
        switch self {
        case .evidence: .evidence
        case .file: .file
        case .reportDiffers: .reportDiffers
        case .unsigned: .unsigned
        case .signature: .signature
        case .notAdded: .notAdded
        case .drawing: .drawing
        case .library: .library
        }
    }
}

/// What evidence has in it that no run of the suite writes.
public indirect enum EvidenceFlaw: Message, Equatable {
    case notWritable
    case notJSON(format: String)
    /// Other keys, or another order.
    case spelling
    case checkTwice, cardTwice
    case unknownCheck(String)
    case unknownCard
    case twoResults(String)
    case profileDigest, digest, time, duration
    /// What is said of several runs does not fit together.
    case runs
    case otherStation(signer: String)
    case notSigned(by: String)
    case format(String, orUnsigned: String)
    case foreignMembers, membersMissing, stationForm, negativeScope, noCampaignDigest
    case campaign(CampaignError)
    /// A member that is another one in the campaign.
    case differsFromCampaign(String)
}

/// Why the results of a run cannot be added to evidence.
public enum AdditionProblem: Message, Equatable {
    /// No evidence of the whole suite is there.
    case noEvidence
    /// Nothing failed in it.
    case nothingFailed
    case otherStation(String)
    /// Another build of this software gathered it.
    case otherSoftware
    /// Campaign, profile or dialect is another one.
    case otherSubject
    case strangeCard(String)
    case otherBuild(String)
    /// None of the cards on which something failed is in hand.
    case noCard([String])
}

/// Why a signature is not that of the evidence.
public enum SignatureProblem: Message, Equatable {
    case otherKey
    case changed(after: String)
    case otherStation(String?)
    case otherCampaign
}

/// What is wrong with a file of a campaign, its evidence or its report; without its path.
public indirect enum CampaignFileProblem: Message, Equatable {
    case file(FileProblem)
    case system(SystemReason)
    case notAFolder
    case existsAlready
    case notAFile
    case earlierNotKept
    case missing
    case noEvidence
    /// Another file of the same name has other content.
    case differs(from: String)
    case signature(SignatureFileFlaw)
    case campaignMissing, environmentMissing
    case notAnObject(limit: Int)
    case notCards, notAnEnvironment
    case notJSON
    case evidence(EvidenceFlaw)
}

/// What a file of a signature has in it that does not belong there.
public enum SignatureFileFlaw: Message, Equatable {
    case notText
    case lines(format: String)
    case missing(String)
    case form, spelling
}
