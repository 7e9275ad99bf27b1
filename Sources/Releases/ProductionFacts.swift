import CardProfiles
import Files
import Foundation
import ShangMi

/// What is about to be made, where and with what: all that a release can be about.
public struct ProductionFacts: Sendable, Hashable {
    public var maker: String
    public var product: String
    public var productVersion: String
    public var dialect: String
    public var profile: ProfileFingerprint
    /// ``CardProfile/digest`` of the edition cards are made by, which is what is asked for each card.
    let editionDigest: [UInt8]
    public var station: ReleaseTerms.StationName

    /// - Parameter dialect: nil for the profile's own.
    public init(
        maker: String, product: String, productVersion: String, dialect: String?, profile: CardProfile,
        station: ReleaseTerms.StationName
    ) {
        self.maker = maker
        self.product = product
        self.productVersion = productVersion
        self.dialect = dialect ?? profile.defaultDialect
        self.profile = ProfileFingerprint(profile)
        editionDigest = profile.digest
        self.station = station
    }
}

/// This program as a release names it.
public struct EngineIdentity: Sendable, Hashable, CustomStringConvertible {
    public let version: String
    /// SM3 over what is mapped of the program and its libraries (``SoftwareImage/digest()``), 64 lowercase hexadecimal
    /// digits; empty for a program that does not say.
    public let softwareDigest: String

    package init(version: String, softwareDigest: String) {
        self.version = version
        self.softwareDigest = softwareDigest
    }

    /// ``current``'s version, without its digest, which takes the reading of the whole program and its libraries.
    public static let currentVersion = "0.2.0"

    /// Asked of the program itself: nobody tells the gate which software it is.
    public static let current = EngineIdentity(
        version: currentVersion, softwareDigest: SignedValue.hex(SoftwareImage.digest()))

    public var description: String { softwareDigest.isEmpty ? version : "\(version) \(softwareDigest)" }
}

/// What a ledger knows that a release is held against. Only production fills it in, from a ledger itself.
package struct LedgerKnowledge: Sendable {
    /// The hash of the first entry; nil before there is one.
    package var firstHash: String?
    /// The hash of the entry the release names (``ReleaseTerms/ledgerHead``); nil where there is none of that number.
    package var headHash: String?
    /// When the last entry was written.
    package var lastTime: ReleaseTime?
    /// Cards begun under the release and not failed: each may be a card.
    package var used: Int
    /// The highest revocation list of the authority production has been run with, and its digest.
    package var revocation: (number: Int64, digest: String)?

    package init(
        firstHash: String?, headHash: String? = nil, lastTime: ReleaseTime?, used: Int,
        revocation: (number: Int64, digest: String)?
    ) {
        self.firstHash = firstHash
        self.headHash = headHash
        self.lastTime = lastTime
        self.used = used
        self.revocation = revocation
    }
}
