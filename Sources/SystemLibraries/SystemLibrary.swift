import CSystemLibraries
import Messages

/// Libraries of the system that few commands need and that bring dozens of others. They are loaded when they are first
/// needed, from where the system keeps its libraries, and never from a folder that somebody else chooses.
///
/// Whoever calls their functions asks for the library first: ``load()``.
public enum SystemLibrary: Sendable, Hashable, CaseIterable {
    /// Pages of reports, with cairo.
    case pango
    /// Ledgers in PostgreSQL: libpq.
    case postgreSQL
    /// Verification replies: libxml2.
    case xml
    /// Photos: libjpeg-turbo.
    case jpeg
    /// QR codes: libzint.
    case zint

    /// Loads the library unless it is there already. Any thread may ask.
    /// - Throws: what is missing.
    public func load() throws(MissingLibrary) {
        let missing =
            switch self {
            case .pango: healthcard_missing_pango()
            case .postgreSQL: healthcard_missing_postgresql()
            case .xml: healthcard_missing_xml()
            case .jpeg: healthcard_missing_jpeg()
            case .zint: healthcard_missing_zint()
            }
        if let missing { throw MissingLibrary(self, missing: String(cString: missing)) }
    }

    /// What Debian calls the package it comes in.
    public var package: String {
        switch self {
        case .pango: "libpangocairo-1.0-0"
        case .postgreSQL: "libpq5"
        case .xml: "libxml2"
        case .jpeg: "libturbojpeg0 libjpeg62-turbo"
        case .zint: "libzint2.11"
        }
    }
}

/// A library of the system is not there, or is of a version that lacks a function.
public struct MissingLibrary: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable { case missing }

    public let library: SystemLibrary
    /// The name of the file, or of the function.
    public let missing: String

    public init(_ library: SystemLibrary, missing: String) {
        self.library = library
        self.missing = missing
    }

    public static let domain = "library"
    public var kind: ErrorKind { .partFailed }
    public var code: Code { .missing }
}
